package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.store.CaptureJob;
import suimon.store.CaptureJob.State;
import suimon.store.CaptureShelf;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;

/** A recording from plan to result, with the clock in the test's hand. */
class CaptureJobsTest implements Outlet {
    private static final Instant NOW = Instant.parse("2026-11-24T02:29:00Z");
    private static final Instant START = NOW.plusSeconds(60);

    @TempDir
    Path folder = Path.of("");

    private final SteppedClock clock = new SteppedClock(NOW);
    private final List<String> said = new ArrayList<>();
    private boolean isHeard;
    private Log log;
    private CaptureShelf shelf;
    private CaptureJobs jobs;

    @BeforeEach
    void open() throws Exception {
        log = Log.open(new LogSettings(folder, 1L << 26, suimon.config.DataConfig.Durability.NORMAL), System::nanoTime);
        shelf = CaptureShelf.open(log, folder, new CaptureShelf.Limits(1L << 26, null));
        jobs = new CaptureJobs(log, shelf, clock);
        jobs.wire(List.of(this));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aRecordingIsAskedForAndCompleteWhenBothSensorsSentAllOfIt() throws Exception {
        CaptureJob job = planned("main/h1", "main/h2");
        assertThat(said).containsExactly(command("main/h1", job), command("main/h2", job));
        look();
        assertThat(state()).isEqualTo(State.PLANNED);
        isHeard = true;
        look();
        assertThat(state()).isEqualTo(State.ASKED);

        clock.step(Duration.ofSeconds(61));
        block(job.id(), "main/h1", START, 1, 20_000);
        block(job.id(), "main/h1", START.plusSeconds(1), 1, 30_000);
        block("", "main/h2", START, 2, 10);
        look();
        assertThat(state()).isEqualTo(State.RECEIVING);
        block(job.id(), "main/h2", START, 2, 500_000);
        look();

        CaptureJob result = jobs.jobs().getFirst();
        assertThat(result.state()).isEqualTo(State.COMPLETE);
        assertThat(result.whole()).isEqualTo(2);
        assertThat(result.worstPairNanos()).isEqualTo(530_000);
        assertThat(result.togetherNanos()).isEqualTo(2_000_000_000L);
        assertThat(audits()).containsExactly("complete: 2 of 2 sensors, sync error of the worst pair 530000 ns",
                "receiving: 1 of 2 sensors", "asked: 0 of 2 sensors",
                "planned: 2 s from " + START + " on main/h1, main/h2");
    }

    @Test
    void aRestartForgetsNothingAndTellsTheLoggersAnew() throws Exception {
        CaptureJob job = planned("main/h1");
        close();
        said.clear();

        open();
        look();

        assertThat(jobs.jobs()).containsExactly(job);
        assertThat(said).containsExactly(command("main/h1", job));
    }

    @Test
    void whatDoesNotComeIsLateThenGivenUpAndWhatComesLateCounts() throws Exception {
        CaptureJob job = planned("main/h1", "main/h2");
        block(job.id(), "main/h1", START, 2, 5);
        clock.step(Duration.ofSeconds(62).plus(CaptureJobs.ANSWERS_WITHIN).plusSeconds(1));
        look();
        assertThat(state()).isEqualTo(State.LATE);

        clock.step(CaptureJobs.GIVEN_UP_AFTER);
        look();
        assertThat(state()).isEqualTo(State.FAILED);
        assertThat(jobs.jobs().getFirst().whole()).isEqualTo(1);

        CaptureJob second = planned("main/h1");
        clock.step(Duration.ofHours(1));
        look();
        assertThat(jobs.jobs().getFirst().state()).isEqualTo(State.LATE);
        block(second.id(), "main/h1", Nanos.toInstant(second.startNanos()), 2, 5);
        look();
        assertThat(jobs.jobs().getFirst().state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void whatIsTakenBackIsNoLongerAskedFor() throws Exception {
        CaptureJob job = planned("main/h1");
        said.clear();

        assertThat(jobs.cancel("local", job.id())).isInstanceOf(CaptureJobs.Outcome.Done.class);

        assertThat(said).containsExactly("suimon/captures/main/h1 {\"sensor\":\"main/h1\",\"jobs\":[]}");
        assertThat(jobs.cancel("local", job.id())).isInstanceOf(CaptureJobs.Outcome.Refused.class);
    }

    @Test
    void whatCannotBeIsRefusedWithItsReason() throws Exception {
        assertThat(refusal(List.of("a+b"), START, 2)).contains("without + and #");
        assertThat(refusal(List.of(), START, 2)).contains("1 to 16 names");
        assertThat(refusal(List.of("a", "a"), START, 2)).contains("each once");
        assertThat(refusal(List.of("a"), START, 3601)).contains("1 to 3600");
        assertThat(refusal(List.of("a"), NOW, 2)).contains("expected a time from now");
        jobs.wire(List.of());
        assertThat(refusal(List.of("a"), START, 2)).contains("no source hands out commands");
        assertThat(jobs.jobs()).isEmpty();
    }

    @Test
    void theOldestThatIsOverMakesRoomAndWithoutOneNoMoreArePlanned() throws Exception {
        CaptureJob first = planned("a");
        for (int count = 1; count < CaptureJobs.JOBS_MAX; count++) {
            planned("a");
        }
        assertThat(refusal(List.of("a"), START, 2)).contains("cancel one");

        jobs.cancel("local", first.id());
        clock.step(Duration.ofSeconds(1));
        planned("b");

        assertThat(jobs.jobs()).hasSize(CaptureJobs.JOBS_MAX).extracting(CaptureJob::id).doesNotContain(first.id());
        assertThat(jobs.jobs()).extracting(one -> one.answers().getFirst().sensor()).contains("b");
    }

    private CaptureJob planned(String... sensors) throws InterruptedException {
        Instant start = clock.instant().plusSeconds(60);
        return switch (jobs.plan("local", List.of(sensors), start, 2)) {
            case CaptureJobs.Outcome.Done done -> done.job();
            case CaptureJobs.Outcome.Refused refused -> throw new AssertionError(refused.reason());
        };
    }

    private String refusal(List<String> sensors, Instant start, int seconds) throws InterruptedException {
        return switch (jobs.plan("local", sensors, start, seconds)) {
            case CaptureJobs.Outcome.Done done -> throw new AssertionError(done.toString());
            case CaptureJobs.Outcome.Refused refused -> refused.reason();
        };
    }

    private void look() throws InterruptedException {
        jobs.look();
    }

    private State state() {
        return jobs.jobs().getFirst().state();
    }

    private List<String> audits() throws Exception {
        try (LogReader reader = log.reader()) {
            return reader.newest(List.of(Entry.Audit.class), 9).stream()
                    .map(each -> ((Entry.Audit) each.entry()).outcome()).toList();
        }
    }

    private static String command(String sensor, CaptureJob job) {
        return "suimon/captures/" + sensor + " {\"sensor\":\"" + sensor + "\",\"jobs\":[{\"job\":\"" + job.id()
                + "\",\"start\":\"2026-11-24T02:30:00Z\",\"startNanos\":1795487400000000000,\"seconds\":2}]}";
    }

    /** A logger's answer, as ingest puts it on the shelf. */
    private void block(String job, String sensor, Instant start, int seconds, long errorNanos) throws Exception {
        byte[] bytes = WaveformBytes.of(job, sensor, Nanos.of(start), seconds, errorNanos);
        if (!(CaptureReader.read(bytes) instanceof CaptureReader.Outcome.Read read)) {
            throw new AssertionError("the test's block is refused: " + CaptureReader.read(bytes));
        }
        shelf.take(read.capture(), bytes, sensor, "listener", Nanos.of(clock.instant()));
        CaptureShelf.Drained drained = shelf.drain(Nanos.of(clock.instant()));
        log.commit(new Commit(List.of(), drained.changes(), sequence -> drained.committed().run()));
    }

    @Override
    public boolean isWanted(Section section) {
        return isHeard && section == Section.CAPTURES;
    }

    @Override
    public boolean publish(List<Message> messages) {
        throw new AssertionError("commands are to be remembered");
    }

    @Override
    public boolean publish(String topic, byte[] payload, boolean retained) {
        assertThat(retained).isTrue();
        return said.add(topic + " " + new String(payload, StandardCharsets.UTF_8));
    }
}
