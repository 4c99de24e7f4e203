package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.Alarms;
import suimon.pipeline.SteppedClock;
import suimon.reading.Nanos;
import suimon.reading.Words;
import suimon.store.CaptureJob;
import suimon.store.CaptureJob.Answer;
import suimon.store.CaptureJob.State;
import suimon.store.Log;
import suimon.store.LogSettings;

final class LateRecordingsTest {
    private static final Instant START = Instant.parse("2026-11-24T02:30:00Z");

    @TempDir
    Path folder;

    @Test
    void aRecordingThatIsLateIsAnAlarmUntilItIsComplete() throws Exception {
        SteppedClock clock = new SteppedClock(START.plusSeconds(700));
        try (Log log = Log.open(new LogSettings(folder, 1L << 28, Durability.NORMAL), System::nanoTime, clock)) {
            log.define("main/a", Words.same("main/a"), "", 0);
            Alarms alarms = new Alarms(List.of(), name -> log.allSeries().iterator().next(), Map.of(),
                    Duration.ofMinutes(10), clock);
            LateRecordings watch = new LateRecordings(log, alarms, clock);
            CaptureJob job = new CaptureJob("job-1", Nanos.of(START), 60, "suzuki", Nanos.of(START), State.RECEIVING,
                    List.of(new Answer("main/a", 1, 60_000_000_000L, 0, 1, 5), Answer.none("main/b")));

            watch.look(List.of(job));
            assertThat(alarms.retained()).isEmpty();
            watch.look(List.of(job.with(State.LATE)));
            watch.look(List.of(job.with(State.LATE)));

            assertThat(alarms.retained()).singleElement().satisfies(view -> {
                assertThat(view.last().rule()).isEqualTo("gateway/capture-late/job-1");
                assertThat(view.last().message().ja()).contains("1/2 件不足: main/b");
                assertThat(view.last().message().en()).contains("1/2 sensors are missing (main/b)");
                assertThat(view.last().state().active()).isTrue();
            });
            // The gateway was restarted meanwhile.
            new LateRecordings(log, alarms, clock).look(List.of(job.with(State.COMPLETE)));
            assertThat(alarms.retained()).singleElement().satisfies(view ->
                    assertThat(view.last().state().active()).isFalse());
        }
    }
}
