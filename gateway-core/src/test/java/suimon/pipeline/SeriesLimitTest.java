package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Format;
import suimon.reading.Entry;
import suimon.reading.Value;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Repeats;

class SeriesLimitTest {
    private static final int SERIES_MAX = 2;

    @TempDir
    Path folder;

    /** It was an exception that ended the ingest thread. */
    @Test
    void valuesOfASeriesTooManyAreRejectsWithAnAlarmAndTheOthersGoOn() throws Exception {
        LogSettings settings = new LogSettings(folder, 16_000_000, Durability.NORMAL);
        try (Log log = Log.open(settings, System::nanoTime);
                Repeats repeats = Repeats.open(log);
                LogReader reader = log.reader()) {
            BatchInbox inbox = new BatchInbox();
            SeriesDesk desk = new SeriesDesk(log, Map.of(), new CalibrationDesk(Map.of()), SERIES_MAX);
            Alarms alarms = new Alarms(
                    List.of(), desk::define, Map.of(), Duration.ofMinutes(10), System::nanoTime);
            Decoder decoder = Decoder.of(List.of(DecodeConfig.of("d", Format.NUMBER, "d", null)));
            Ingest ingest = new Ingest(new Ingest.Parts(log, inbox, Map.of("mqtt", decoder), desk, alarms, repeats,
                    DuplicateMessages.open(log),
                    new CommitPace(Duration.ZERO, new FlashBudget(Long.MAX_VALUE, () -> 0, Clock.systemUTC(), null)),
                    Clock.systemUTC(), System::nanoTime, "boot", new Preview()));
            CountDownLatch acknowledged = new CountDownLatch(3);
            Thread thread = Thread.ofPlatform().start(ingest);

            inbox.put(samples(1, acknowledged, "a", "b", "c"));
            inbox.put(new Delivery.Message(
                    "mqtt", "d", "7".getBytes(StandardCharsets.UTF_8), 2, acknowledged::countDown));
            inbox.put(samples(3, acknowledged, "a", "b"));
            boolean isAcknowledged = acknowledged.await(60, TimeUnit.SECONDS);
            ingest.stop();
            thread.join();

            assertThat(isAcknowledged).isTrue();
            assertThat(log.storedReadings(desk.define("a").id())).isEqualTo(2);
            assertThat(log.storedReadings(desk.define("b").id())).isEqualTo(2);
            assertThat(reader.newest(List.of(Entry.Reject.class), 10)).hasSize(2).allSatisfy(found ->
                    assertThat(found.entry().toString()).contains("would be one more than the 2"));
            assertThat(reader.newest(List.of(Entry.Alarm.class), 10)).isNotEmpty().allSatisfy(found ->
                    assertThat(found.entry().toString()).contains(SeriesWatch.RULE));
        }
    }

    private static Delivery.Samples samples(long at, CountDownLatch acknowledged, String... series) {
        List<Delivery.Sample> samples = List.of(series).stream()
                .map(name -> new Delivery.Sample(name, new Value.Int64(at), at, 0)).toList();
        return new Delivery.Samples("opcua", samples, at, List.of(), acknowledged::countDown);
    }
}
