package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Repeats;
import suimon.store.Sequenced;

/** Who makes the gateway write more than the day's flash budget is named in the log, by ingest itself. */
class FlashAlarmTest {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(90).toNanos();

    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-07-01T00:00:00Z"));
    private final AtomicLong written = new AtomicLong();
    private final BatchInbox inbox = new BatchInbox();
    private int packet;

    @Test
    void aSenderWhoseMessagesCannotWaitIsNamedInBothLanguages() throws Exception {
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.NORMAL);
        try (Log log = Log.open(settings, System::nanoTime, clock);
                Repeats repeats = Repeats.open(log);
                LogReader reader = log.reader()) {
            Ingest ingest = ingest(log, repeats);
            Thread thread = Thread.ofPlatform().start(ingest);
            List<Sequenced> alarms = List.of();
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (alarms.isEmpty() && System.nanoTime() < end) {
                send();
                // The first is taken, and then nothing for longer than its sender may wait.
                LockSupport.parkNanos(20_000_000);
                clock.step(Duration.ofSeconds(31));
                written.addAndGet(600_000);
                send();
                alarms = reader.newest(List.of(Entry.Alarm.class), 1);
            }
            ingest.stop();
            thread.join();

            assertThat(alarms).singleElement().extracting(Sequenced::entry)
                    .isInstanceOfSatisfying(Entry.Alarm.class, alarm -> check(alarm.event()));
        }
    }

    private static void check(AlarmEvent event) {
        assertThat(event.kind()).isEqualTo(AlarmEvent.Kind.ACTIVATED);
        assertThat(event.severity()).isEqualTo(AlarmEvent.Severity.CAUTION);
        assertThat(event.message().ja()).contains("フラッシュ書き込みが予算 10 MB を超え", "listener/feeder-7");
        assertThat(event.message().en()).contains("more than the budget of 10 MB", "listener/feeder-7");
        assertThat(event.action().ja()).contains("data.flashPerDay");
        assertThat(event.action().en()).contains("data.flashPerDay");
    }

    private void send() throws InterruptedException {
        inbox.put(new Delivery.Message("listener", "in/a", new byte[] {'1'}, Nanos.of(clock.instant()),
                new Delivery.RepeatMark("feeder-7", ++packet, false), List.of(), Receipt.NONE));
    }

    private Ingest ingest(Log log, Repeats repeats) throws Exception {
        SeriesDesk desk = new SeriesDesk(log, Map.of());
        Alarms alarms = new Alarms(List.of(), desk::define, Map.of(), Duration.ofMinutes(10), clock);
        FlashBudget budget = new FlashBudget(10_000_000, written::get, clock, null);
        return new Ingest(new Ingest.Parts(log, inbox, Map.of("listener", Decoder.of(List.of())), desk, alarms,
                repeats, DuplicateMessages.open(log), new CommitPace(Duration.ofSeconds(1), budget),
                clock, clock, "boot", new Preview()));
    }
}
