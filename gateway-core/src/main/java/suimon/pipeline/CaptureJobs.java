package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Capture;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.store.CaptureBook;
import suimon.store.CaptureJob;
import suimon.store.CaptureJob.Answer;
import suimon.store.CaptureJob.State;
import suimon.store.CaptureShelf;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.StoredCapture;

/**
 * Recordings asked for: keeps them in the log, tells the loggers, and finds their answers among the
 * captures. Every change of state is an audit entry. {@link #run} has a thread of its own; the rest is for any.
 */
public final class CaptureJobs {
    public static final int SENSORS_MAX = 16;
    public static final int SECONDS_MAX = 3600;
    /** At this many the oldest that is over is forgotten; when none is, no more are planned. */
    public static final int JOBS_MAX = 200;
    public static final Duration AHEAD_MAX = Duration.ofDays(366);
    /** After its end answers count as late. */
    public static final Duration ANSWERS_WITHIN = Duration.ofMinutes(10);
    /** After its end it is given up. */
    public static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);
    /** A broker does not keep what is published for who comes later, so it is said again. */
    static final Duration SAID_AGAIN_EVERY = Duration.ofMinutes(1);

    private static final String OWNER = "capture-jobs";
    private static final String GATEWAY = "gateway";
    private static final int TOPIC_BYTES_MAX = 200;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(CaptureJobs.class);

    private final Log log;
    private final CaptureShelf shelf;
    private final Clock clock;
    private final TreeMap<String, CaptureJob> jobs = new TreeMap<>();
    private final Map<String, byte[]> said = new HashMap<>();
    private final JsonLine json = new JsonLine();
    private List<Outlet> outlets = List.of();
    private CaptureBook seen = CaptureBook.EMPTY;
    private boolean hasLooked;
    private long saidNanos;
    private volatile List<CaptureJob> shown = List.of();

    /** What became of a wish. */
    public sealed interface Outcome {
        /** On disk under this sequence. */
        record Done(CaptureJob job, long sequence) implements Outcome {}

        /** Nothing was changed; the reason is one line for a person. */
        record Refused(String reason) implements Outcome {}
    }

    public CaptureJobs(Log log, CaptureShelf shelf, Clock clock) {
        this.log = log;
        this.shelf = shelf;
        this.clock = clock;
        log.kept(OWNER).values().stream().map(CaptureJob::of).forEach(job -> jobs.put(job.id(), job));
        show();
    }

    /** To whom commands go; before anything is planned. */
    public synchronized void wire(List<Outlet> all) {
        outlets = List.copyOf(all);
    }

    /** All jobs, the latest start first, as of the newest commit. */
    public List<CaptureJob> jobs() {
        return shown;
    }

    /** Plans a recording; who asks is on record. */
    public Outcome plan(String by, List<String> sensors, Instant start, int seconds) throws InterruptedException {
        return plan(by, sensors, start, seconds, id -> new Commit(List.of(), List.of()));
    }

    /** @param alongside gives, for the job's id, what is committed together with the plan, and only with it */
    public synchronized Outcome plan(
            String by, List<String> sensors, Instant start, int seconds, Function<String, Commit> alongside)
            throws InterruptedException {
        String wrong = wrong(sensors, start, seconds);
        if (wrong != null) {
            return new Outcome.Refused(wrong);
        }
        List<Change> changes = new ArrayList<>();
        if (jobs.size() >= JOBS_MAX) {
            CaptureJob oldest = jobs.values().stream().filter(job -> job.state().isOver())
                    .min(Comparator.comparingLong(CaptureJob::startNanos)).orElse(null);
            if (oldest == null) {
                return new Outcome.Refused(JOBS_MAX + " recordings are planned already; cancel one");
            }
            jobs.remove(oldest.id());
            changes.add(new Change.Keep(OWNER, oldest.id(), new byte[0]));
        }
        CaptureJob job = new CaptureJob(freeId(start), Nanos.of(start), seconds, by, Nanos.of(clock.instant()),
                State.PLANNED, sensors.stream().map(Answer::none).toList());
        Commit with = alongside.apply(job.id());
        changes.add(keep(job));
        changes.addAll(with.changes());
        return done(by, job, "planned: " + seconds + " s from " + start + " on " + String.join(", ", sensors), changes,
                with.entries());
    }

    /** Takes a recording back; loggers that have the command yet may have begun. */
    public synchronized Outcome cancel(String by, String id) throws InterruptedException {
        CaptureJob job = jobs.get(id);
        if (job == null || job.state().isOver()) {
            return new Outcome.Refused(job == null ? "there is no recording " + id : "the recording " + id + " is over");
        }
        CaptureJob cancelled = job.with(State.CANCELLED);
        return done(by, cancelled, "cancelled", List.of(keep(cancelled)), List.of());
    }

    private Outcome done(String by, CaptureJob job, String what, List<Change> changes, List<Entry> more)
            throws InterruptedException {
        List<Entry> entries = new ArrayList<>(List.of(audit(by, job, what)));
        entries.addAll(more);
        long sequence = log.commit(new Commit(entries, changes));
        jobs.put(job.id(), job);
        show();
        say();
        return new Outcome.Done(job, sequence);
    }

    private @Nullable String wrong(List<String> sensors, Instant start, int seconds) {
        Instant now = clock.instant();
        if (sensors.isEmpty() || sensors.size() > SENSORS_MAX || new HashSet<>(sensors).size() != sensors.size()) {
            return "sensors: expected 1 to " + SENSORS_MAX + " names, each once";
        }
        for (String sensor : sensors) {
            boolean isTopic = !sensor.isBlank() && sensor.getBytes(StandardCharsets.UTF_8).length <= TOPIC_BYTES_MAX
                    && sensor.chars().noneMatch(one -> one == '+' || one == '#' || Character.isISOControl(one));
            if (!isTopic) {
                return "sensors: '" + Excerpt.of(sensor, 60) + "', expected the name of a capture's series, at most "
                        + TOPIC_BYTES_MAX + " bytes, without + and #";
            }
        }
        if (seconds < 1 || seconds > SECONDS_MAX) {
            return "seconds: found " + seconds + ", expected 1 to " + SECONDS_MAX;
        }
        if (!start.isAfter(now) || start.isAfter(now.plus(AHEAD_MAX))) {
            return "start: found " + start + ", expected a time from now (" + now + ") to " + AHEAD_MAX.toDays()
                    + " days ahead";
        }
        return outlets.isEmpty() ? "no source hands out commands; configure one of kind mqtt-listener" : null;
    }

    /** Never that of a recording which was forgotten, whose blocks may still be on the shelf. */
    private String freeId(Instant start) {
        long number = clock.millis();
        String id;
        do {
            id = ID.format(start) + "-" + Long.toString(number++, Character.MAX_RADIX);
        } while (jobs.containsKey(id));
        return id;
    }

    /** Whom the state of all concerns, once a second; holds nothing of this class. */
    @FunctionalInterface
    public interface Watcher {
        void looked(List<CaptureJob> jobs) throws InterruptedException;
    }

    /** Works until the thread is interrupted. */
    public void run(Watcher watcher) throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            look();
            watcher.looked(shown);
            log.awaitBeyond(Long.MAX_VALUE, LOOK_EVERY);
        }
    }

    /** Looks at what came, what is due and who listens. */
    synchronized void look() throws InterruptedException {
        say();
        boolean isNew = !hasLooked || !seen.equals(shelf.book());
        seen = shelf.book();
        hasLooked = true;
        boolean isHeard = outlets.stream().anyMatch(outlet -> outlet.isWanted(Outlet.Section.CAPTURES));
        List<Entry> entries = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        List<CaptureJob> changed = new ArrayList<>();
        for (CaptureJob job : jobs.values()) {
            if (job.state().isOver()) {
                continue;
            }
            CaptureJob now = moved(isNew ? job.with(answers(job)) : job, isHeard);
            if (!now.equals(job)) {
                changed.add(now);
                changes.add(keep(now));
                if (now.state() != job.state() || now.whole() != job.whole()) {
                    entries.add(audit(GATEWAY, now, words(now)));
                    LOG.info("capture-job={} state={} whole={} of={}", now.id(), now.state(), now.whole(),
                            now.answers().size());
                }
            }
        }
        if (!changed.isEmpty()) {
            log.commit(new Commit(entries, changes));
            changed.forEach(job -> jobs.put(job.id(), job));
            show();
            say();
        }
    }

    private CaptureJob moved(CaptureJob job, boolean isHeard) {
        long now = Nanos.of(clock.instant());
        if (job.whole() == job.answers().size()) {
            return job.with(State.COMPLETE);
        }
        if (now > job.endNanos() + GIVEN_UP_AFTER.toNanos()) {
            return job.with(State.FAILED);
        }
        if (now > job.endNanos() + ANSWERS_WITHIN.toNanos()) {
            return job.with(State.LATE);
        }
        if (job.answers().stream().anyMatch(answer -> answer.blocks() > 0)) {
            return job.with(State.RECEIVING);
        }
        return isHeard && job.state() == State.PLANNED ? job.with(State.ASKED) : job;
    }

    /** What is on the shelf; what was removed from there since stays as it was. */
    private List<Answer> answers(CaptureJob job) {
        Map<String, List<long[]>> blocks = new HashMap<>();
        for (StoredCapture row : shelf.newest(Long.MAX_VALUE, CaptureShelf.CAPTURES_MAX, any -> true)) {
            if (row.capture().content() instanceof Capture.Waveform wave) {
                Capture.Origin origin = wave.origin();
                if (origin != null && origin.job().equals(job.id())) {
                    long length = Math.round(wave.samples() * 1e12 / wave.milliHertz());
                    blocks.computeIfAbsent(row.sensor(), sensor -> new ArrayList<>()).add(new long[] {
                        origin.startNanos(), origin.startNanos() + length, origin.syncErrorNanos()});
                }
            }
        }
        return job.answers().stream().map(before -> {
            Answer found = job.answer(before.sensor(), blocks.getOrDefault(before.sensor(), List.of()));
            return found.coveredNanos() >= before.coveredNanos() && found.blocks() > 0 ? found : before;
        }).toList();
    }

    /** Hands out the commands that changed, and now and then all of them. */
    private void say() {
        long now = Nanos.of(clock.instant());
        Map<String, List<CaptureJob>> open = new TreeMap<>();
        said.keySet().forEach(sensor -> open.put(sensor, new ArrayList<>()));
        for (CaptureJob job : jobs.values()) {
            if (!job.state().isOver() && now < job.endNanos()) {
                job.answers().forEach(
                        answer -> open.computeIfAbsent(answer.sensor(), sensor -> new ArrayList<>()).add(job));
            }
        }
        boolean isAgain = Math.abs(now - saidNanos) >= SAID_AGAIN_EVERY.toNanos();
        saidNanos = isAgain ? now : saidNanos;
        open.forEach((sensor, wanted) -> {
            byte[] payload = command(sensor, wanted);
            boolean isSaid = java.util.Arrays.equals(payload, said.get(sensor));
            if (!isSaid || isAgain && !wanted.isEmpty()) {
                outlets.forEach(outlet -> outlet.publish(Outlet.Section.CAPTURES.below() + sensor, payload, true));
                said.put(sensor, payload);
            }
        });
    }

    private byte[] command(String sensor, List<CaptureJob> wanted) {
        json.begin().name("sensor").string(sensor).name("jobs").openArray();
        for (CaptureJob job : wanted) {
            json.openNext().name("job").string(job.id()).name("start").string(Nanos.toInstant(job.startNanos()).toString())
                    .name("startNanos").plain(Long.toString(job.startNanos()))
                    .name("seconds").plain(Integer.toString(job.seconds())).close();
        }
        return json.closeArray().end();
    }

    private void show() {
        shown = jobs.values().stream().sorted(Comparator.comparingLong(CaptureJob::startNanos).reversed()).toList();
    }

    private static Change keep(CaptureJob job) {
        return new Change.Keep(OWNER, job.id(), job.toBytes());
    }

    private Entry audit(String by, CaptureJob job, String what) {
        return new Entry.Audit(by, "capture-job", job.id(), what, clock.instant());
    }

    private static String words(CaptureJob job) {
        String error = job.worstPairNanos() < 0 ? "" : ", sync error of the worst pair " + job.worstPairNanos() + " ns";
        return job.state().name().toLowerCase(java.util.Locale.ROOT) + ": " + job.whole() + " of "
                + job.answers().size() + " sensors" + error;
    }
}
