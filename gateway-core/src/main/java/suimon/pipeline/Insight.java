package suimon.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import suimon.config.ModelConfig;
import suimon.pipeline.ModelPlace.Job;
import suimon.reading.AlarmEvent;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Series;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Cursor;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Redatings;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * The durable cursor that turns readings into model outputs: makes windows, runs all due ones of a
 * model together, and commits outputs, inferences, alarm events and its own position as one. Belongs
 * to one platform thread; {@link #status} and {@link #progress} may be called from any.
 *
 * <p>It begins with the log. Once it has caught up it takes readings from ingest's {@link Preview}
 * before their commit, so that a result leaves at once, marked provisional; what goes into the log
 * waits until its readings are there. It never holds ingest up: when it falls behind, it goes back
 * to the log, which waits on disk. What a crash leaves uncommitted is made again from the log, with
 * the same result.
 */
public final class Insight {
    /** The cursor's name, and the owner of what instances keep. */
    public static final String CURSOR = "insight";

    /** Entries read at once. */
    private static final int ENTRIES_MAX = 256;

    /** Bytes read at once. */
    private static final long BYTES_MAX = 4L << 20;

    /** Without outputs the position is committed after so many entries, to spare the flash. */
    private static final int ADVANCE_EVERY = 4096;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Once the clock is known its fix is submitted at once; so long it may take to be in the log. */
    private static final Duration FIX_PATIENCE = Duration.ofSeconds(5);

    private final Log log;
    private final List<Placement> placements;
    private final Alarms alarms;
    private final Surroundings surroundings;
    private final @Nullable Preview preview;
    private final Results results;
    private final ZoneOffset standard;
    private Wiring wiring;
    private @Nullable Redatings redatings;
    /** The time is known and what that means for the past may not have been read yet, see {@link #FIX_PATIENCE}. */
    private long fixAwaitedUntil = Long.MIN_VALUE;
    private boolean isCounted;
    private long committed;
    private long read;
    private long replay;
    private volatile List<ModelStatus> status = List.of();
    private volatile Progress progress = new Progress("not started", true, null);

    /** A configured instance with its loaded model; instances of one package share the model. */
    public record Placement(ModelConfig config, Model model) {}

    /**
     * What insight needs to know of the gateway.
     *
     * @param series gives the series of a configured name
     * @param calibrations gives the calibrations of a configured name
     * @param clock the gateway's clock, with how far it can be trusted
     * @param lateAfter a result whose window ended longer ago raises no alarm
     * @param timeZone its standard time gives models hour of day and day of year
     */
    public record Surroundings(
            Function<String, Series> series, Function<String, LiveCalibration> calibrations,
            Supplier<ClockStamp> clock, Duration lateAfter, ZoneId timeZone) {}

    /** Works from the log alone and tells nobody. */
    public Insight(Log log, List<Placement> placements, Alarms alarms, Surroundings surroundings) {
        this(log, placements, alarms, surroundings, null, new Results(List.of()));
    }

    /** Defines the output series and takes up where the last commit left off. */
    public Insight(
            Log log, List<Placement> placements, Alarms alarms, Surroundings surroundings,
            @Nullable Preview preview, Results results) {
        this.log = log;
        this.placements = List.copyOf(placements);
        this.alarms = alarms;
        this.surroundings = surroundings;
        this.preview = preview;
        this.results = results;
        standard = surroundings.timeZone().getRules().getStandardOffset(instant(now()));
        wiring = new Wiring(log, this.placements, surroundings, standard);
        takeUp();
        publish("starting");
    }

    /** Works until the thread is interrupted. */
    public void run() throws InterruptedException, StoreFailed {
        Preview early = wiring.isChained(placements) || placements.isEmpty() ? null : preview;
        try (LogReader reader = log.reader()) {
            standWhereRead(reader);
            while (!Thread.currentThread().isInterrupted()) {
                if (advance(reader, Long.MAX_VALUE)) {
                    continue;
                }
                if (early == null || ticks() < fixAwaitedUntil) {
                    log.awaitBeyond(read, PATIENCE);
                } else {
                    boolean wasUndated = isUndated();
                    workEarly(early, reader);
                    fixAwaitedUntil = wasUndated && !isUndated() ? ticks() + FIX_PATIENCE.toNanos() : Long.MIN_VALUE;
                    beginAgain(reader);
                }
            }
        }
    }

    /** Works through everything committed so far; for tests and for a gateway that shuts down. */
    public void runUntilIdle() throws InterruptedException, StoreFailed {
        try (LogReader reader = log.reader()) {
            while (advance(reader, Long.MAX_VALUE)) {
                Thread.onSpinWait();
            }
        }
    }

    /** How each configured model is doing. */
    public List<ModelStatus> status() {
        return status;
    }

    public Progress progress() {
        return progress;
    }

    /** By what the log holds, and by the times that it gives it now. */
    private void beginAgain(LogReader reader) throws InterruptedException, StoreFailed {
        // The cursor is read again when all that was submitted is in it.
        log.commit(new Commit(List.of(), List.of()));
        wiring = new Wiring(log, placements, surroundings, standard);
        redatings = null;
        takeUp();
        standWhereRead(reader);
    }

    /** Nobody vouches for the gateway's time, so that it may be moved yet. */
    boolean isUndated() {
        return surroundings.clock().get().trust() == ClockStamp.Trust.UNKNOWN;
    }

    private void takeUp() {
        Cursor cursor = log.cursor(CURSOR);
        committed = cursor.position();
        // What was sealed since comes with what was sealed beside it: windows take it by its time.
        read = log.walkFrom(Math.min(cursor.position(), Math.max(0, cursor.replayFrom() - 1)));
        replay = read + 1;
        isCounted = !wiring.countsReadings();
    }

    /** It may have been sealed over since {@link #takeUp}; nothing was observed since. */
    private void standWhereRead(LogReader reader) {
        read = reader.standAt(() -> log.walkFrom(read));
        replay = read + 1;
    }

    /** Works through the next entries of the log before that sequence; false when there is none. */
    boolean advance(LogReader reader, long before) throws InterruptedException, StoreFailed {
        if (!isCounted) {
            // By a reader of its own: this one holds the place where reading goes on.
            try (LogReader counting = log.reader()) {
                wiring.countUpTo(read, counting);
            }
            isCounted = true;
        }
        List<Sequenced> entries = reader.after(read, ENTRIES_MAX, BYTES_MAX);
        if (entries.isEmpty() || entries.getFirst().sequence() >= before) {
            return false;
        }
        Outcome outcome = new Outcome();
        results.begin();
        Redatings times = times();
        boolean isFixed = false;
        for (Sequenced sequenced : entries) {
            if (sequenced.sequence() >= before) {
                break;
            }
            observe(sequenced, times, outcome);
            isFixed |= sequenced.entry() instanceof Entry.ClockFix;
            read = sequenced.sequence();
        }
        run(wiring.takeDue(), outcome, false);
        if (!outcome.isEmpty() || read - committed >= ADVANCE_EVERY) {
            long position = Math.max(committed, read);
            commit(List.of(outcome), position, wiring.replayFrom(position + 1));
        }
        publish("read up to " + read);
        if (isFixed) {
            fixAwaitedUntil = Long.MIN_VALUE;
            redatings = null;
            if (!times.isLike(times())) {
                beginAgain(reader);
            }
        }
        return true;
    }

    private Redatings times() throws StoreFailed {
        Redatings known = redatings;
        if (known == null) {
            // By a reader of its own: the other holds the place where reading goes on.
            try (LogReader fixes = log.reader()) {
                known = Redatings.read(log, fixes);
            }
            redatings = known;
        }
        return known;
    }

    private void observe(Sequenced sequenced, Redatings times, Outcome outcome) {
        if (sequenced.entry() instanceof Entry.Batch batch) {
            wiring.observe(sequenced.sequence(), times.redated(batch));
            // What was due before the position had its result then.
            if (sequenced.sequence() <= committed && wiring.waiting() > 0) {
                wiring.dropDue();
            } else if (wiring.waiting() >= Model.WINDOWS_MAX) {
                run(wiring.takeDue(), outcome, false);
            }
        } else if (sequenced.entry() instanceof Entry.Regrade regrade && !regrade.grade().isUsable()) {
            wiring.remove(regrade.series(), regrade.measuredNanos());
            times.movedFrom(regrade).forEach(moved -> wiring.remove(moved.series(), moved.measuredNanos()));
        }
    }

    /** Joins ingest's preview, reads the log up to there, and works early until it falls behind. */
    void workEarly(Preview early, LogReader reader) throws InterruptedException, StoreFailed {
        Wiring joining = wiring;
        EarlyWork work = new EarlyWork(this, joining, early, results);
        long first = work.join(reader);
        while (first > 0 && advance(reader, first)) {
            Thread.onSpinWait();
        }
        // A group that was read from the log before its word came must not be seen twice.
        if (first > read && wiring == joining) {
            // It reads no further for long and needs nothing of what it was shown.
            reader.standAt(() -> read);
            work.run(committed, replay);
        }
    }

    /** Runs the jobs, all of one model together, tells who listens, then notes what came out. */
    void run(List<Job> jobs, Outcome outcome, boolean isProvisional) {
        if (jobs.isEmpty()) {
            return;
        }
        Map<Model, List<Job>> byModel = new LinkedHashMap<>();
        for (Job job : jobs) {
            byModel.computeIfAbsent(job.place().model(), model -> new ArrayList<>()).add(job);
        }
        for (Map.Entry<Model, List<Job>> entry : byModel.entrySet()) {
            List<Job> ofModel = entry.getValue();
            for (int from = 0; from < ofModel.size(); from += Model.WINDOWS_MAX) {
                int to = Math.min(from + Model.WINDOWS_MAX, ofModel.size());
                run(entry.getKey(), ofModel.subList(from, to), outcome, isProvisional);
            }
        }
    }

    private void run(Model model, List<Job> jobs, Outcome outcome, boolean isProvisional) {
        try {
            float[][] outputs = model.run(jobs.stream().map(Job::window).toList());
            long now = now();
            for (int index = 0; index < jobs.size(); index++) {
                if (now - jobs.get(index).window().endNanos() <= lateAfterNanos()) {
                    results.add(jobs.get(index), outputs[index], isProvisional);
                }
            }
            results.send();
            for (int index = 0; index < jobs.size(); index++) {
                outcome.add(jobs.get(index), outputs[index], now);
            }
        } catch (ModelFailed e) {
            for (ModelPlace place : wiring.places()) {
                if (place.model().equals(model)) {
                    place.stop(String.valueOf(e.getMessage()));
                    outcome.failures.add(place);
                }
            }
        }
    }

    /** Commits what came out, with the position that it came from. */
    void commit(List<Outcome> outcomes, long position, long replayFrom) throws InterruptedException {
        List<Entry> entries = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            entries.addAll(outcome.entries(surroundings.clock().get()));
            changes.addAll(outcome.changes());
        }
        committed = position;
        replay = replayFrom;
        changes.add(new Change.Advance(CURSOR, position, replayFrom));
        synchronized (alarms) {
            for (Outcome outcome : outcomes) {
                outcome.evidence.forEach(this::judge);
                outcome.failures.forEach(place -> complain(place.name()));
            }
            Alarms.Outcome raised = alarms.drain();
            entries.addAll(raised.entries());
            changes.addAll(raised.changes());
            log.submit(new Commit(entries, changes));
        }
    }

    /** Whether a result may change an alarm, so that it must not wait for company. */
    boolean isUrgent(Outcome outcome) {
        synchronized (alarms) {
            return !outcome.failures.isEmpty()
                    || outcome.evidence.stream().anyMatch(each -> alarms.watches(each.series()));
        }
    }

    private void judge(Outcome.Evidence evidence) {
        boolean isLate = now() - evidence.issuedNanos() > lateAfterNanos();
        if (!isLate && alarms.watches(evidence.series())) {
            // Evidence counts from the moment it was issued; its valid time may lie ahead.
            alarms.observe(evidence.series(), evidence.value(), Grade.GOOD, evidence.issuedNanos(),
                    evidence.issuedNanos());
        }
    }

    private long lateAfterNanos() {
        return surroundings.lateAfter().plus(Windows.GRACE).toNanos();
    }

    private void complain(String model) {
        alarms.raise("model/" + model, AlarmEvent.Severity.CAUTION,
                new Words("モデル " + model + " が停止しました", "Model " + model + " has stopped"),
                new Words("予測なしで運転しています。ログを確認し、ゲートウェイを再起動してください",
                        "Running without its forecast; see the log and restart the gateway"),
                now());
    }

    void publish(String state) {
        status = wiring.places().stream().map(ModelPlace::status).toList();
        boolean isWell = status.stream().noneMatch(one -> one.state() == ModelStatus.State.STOPPED);
        progress = new Progress(state, isWell, instant(now()));
    }

    /** Nanoseconds that never jump. */
    long ticks() {
        return surroundings.clock().get().monotonicNanos();
    }

    long now() {
        return surroundings.clock().get().utcNanos();
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
