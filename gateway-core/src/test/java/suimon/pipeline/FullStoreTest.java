package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Value;
import suimon.store.Commit;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Repeats;
import suimon.store.Sequenced;

class FullStoreTest {
    @TempDir
    Path folder;

    @Test
    void aFullStoreTakesNothingAcknowledgesNothingAndRaisesAnAlarm() throws Exception {
        LogSettings settings = new LogSettings(folder, 16_000_000, Durability.NORMAL);
        try (Log log = Log.open(settings, System::nanoTime);
                Repeats repeats = Repeats.open(log);
                LogReader reader = log.reader()) {
            fill(log);
            BatchInbox inbox = new BatchInbox();
            SeriesDesk desk = new SeriesDesk(log, Map.of());
            Alarms alarms = new Alarms(
                    List.of(), desk::define, Map.of(), Duration.ofMinutes(10), System::nanoTime);
            Ingest ingest = new Ingest(new Ingest.Parts(log, inbox, Map.of(), desk, alarms, repeats,
                    DuplicateMessages.open(log),
                    new CommitPace(Duration.ZERO, new FlashBudget(Long.MAX_VALUE, () -> 0, Clock.systemUTC(), null)),
                    Clock.systemUTC(), System::nanoTime, "boot", new Preview()));
            AtomicBoolean isAcknowledged = new AtomicBoolean();
            inbox.put(new Delivery.Samples("sim", List.of(new Delivery.Sample("a", new Value.Int64(1), 1, 0)),
                    1, List.of(), () -> isAcknowledged.set(true)));
            Thread thread = Thread.ofPlatform().start(ingest);

            List<Sequenced> alarm = awaitAlarm(log, reader);
            boolean wasAcknowledged = isAcknowledged.get();
            ingest.stop();
            thread.join();

            assertThat(alarm).singleElement().extracting(found -> found.entry().toString()).asString()
                    .contains("data.quota");
            assertThat(wasAcknowledged).isFalse();
        }
    }

    /** Other entries may come before it, such as the definition of the series. */
    private static List<Sequenced> awaitAlarm(Log log, LogReader reader) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            long newest = log.newest();
            List<Sequenced> found = reader.newest(List.of(Entry.Alarm.class), 1);
            if (!found.isEmpty() || System.nanoTime() > end) {
                return found;
            }
            log.awaitBeyond(newest, Duration.ofSeconds(1));
        }
    }

    /** With entries that are never removed. */
    private static void fill(Log log) throws InterruptedException {
        byte[] noise = new byte[30_000];
        Random random = new Random(4);
        for (int round = 0; round < 2000 && !log.isFull(); round++) {
            random.nextBytes(noise);
            log.commit(new Commit(List.of(new Entry.Audit("somebody",
                    new String(noise, StandardCharsets.ISO_8859_1), "", "", Instant.EPOCH)), List.of()));
        }
        assertThat(log.isFull()).isTrue();
    }
}
