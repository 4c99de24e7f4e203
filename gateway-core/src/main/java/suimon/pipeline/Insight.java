package suimon.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import suimon.config.ModelConfig;
import suimon.pipeline.ModelPlace.Job;
import suimon.reading.AlarmEvent;
import suimon.reading.Calibration;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Cursor;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * The durable cursor that turns readings into model outputs: reads the log, makes windows, runs all
 * due ones of a model together, and commits outputs, inferences, alarm events and its own position
 * as one. Belongs to one platform thread; {@link #status} and {@link #progress} may be called from any.
 *
 * <p>It reads the log and never holds ingest up: when it falls behind, the log waits on disk. What a
 * crash leaves uncommitted is made again from the log, with the same result.
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

    private final Log log;
    private final Alarms alarms;
    private final Surroundings surroundings;
    private final List<ModelPlace> places = new ArrayList<>();
    private final Map<Integer, List<Input>> inputs = new HashMap<>();
    private long committed;
    private long read;
    private volatile List<ModelStatus> status = List.of();
    private volatile Progress progress = new Progress("not started", true, null);

    /** A configured instance with its loaded model; instances of one package share the model. */
    public record Placement(ModelConfig config, Model model) {}

    /**
     * What insight needs to know of the gateway.
     *
     * @param series gives the series of a configured name
     * @param calibrations gives the calibration of a configured name
     * @param clock the gateway's clock, with how far it can be trusted
     * @param lateAfter a result whose window ended longer ago raises no alarm
     * @param timeZone its standard time gives models hour of day and day of year
     */
    public record Surroundings(
            Function<String, Series> series, Function<String, Calibration> calibrations,
            Supplier<ClockStamp> clock, Duration lateAfter, ZoneId timeZone) {}

    private record Input(ModelPlace place, int channel, Calibration calibration) {}

    /** Defines the output series and takes up where the last commit left off. */
    public Insight(Log log, List<Placement> placements, Alarms alarms, Surroundings surroundings) {
        this.log = log;
        this.alarms = alarms;
        this.surroundings = surroundings;
        ZoneOffset standard =
                surroundings.timeZone().getRules().getStandardOffset(instant(now()));
        Map<String, byte[]> kept = log.kept(CURSOR);
        for (Placement placement : placements) {
            ModelPlace place = new ModelPlace(
                    placement, log::define, standard, kept.get(placement.config().name()));
            places.add(place);
            wire(place, placement);
        }
        Cursor cursor = log.cursor(CURSOR);
        committed = cursor.position();
        read = Math.min(cursor.position(), Math.max(0, cursor.replayFrom() - 1));
        publish("starting");
    }

    /** Works until the thread is interrupted. */
    public void run() throws InterruptedException, StoreFailed {
        try (LogReader reader = log.reader()) {
            while (!Thread.currentThread().isInterrupted()) {
                if (!advance(reader)) {
                    log.awaitBeyond(read, PATIENCE);
                }
            }
        }
    }

    /** Works through everything committed so far; for tests and for a gateway that shuts down. */
    public void runUntilIdle() throws InterruptedException, StoreFailed {
        try (LogReader reader = log.reader()) {
            while (advance(reader)) {
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

    private void wire(ModelPlace place, Placement placement) {
        List<Contract.Input> wanted = placement.model().contract().inputs();
        for (int channel = 0; channel < wanted.size(); channel++) {
            String name = placement.config().inputs().get(wanted.get(channel).role());
            if (name != null) {
                Calibration calibration = surroundings.calibrations().apply(name);
                inputs.computeIfAbsent(surroundings.series().apply(name).id(), id -> new ArrayList<>())
                        .add(new Input(place, channel, calibration));
            }
        }
    }

    private boolean advance(LogReader reader) throws InterruptedException, StoreFailed {
        List<Sequenced> entries = reader.after(read, ENTRIES_MAX, BYTES_MAX);
        if (entries.isEmpty()) {
            return false;
        }
        for (Sequenced sequenced : entries) {
            observe(sequenced);
            read = sequenced.sequence();
        }
        List<Job> jobs = places.stream().flatMap(place -> place.due().stream()).toList();
        boolean isBehind = read - committed >= ADVANCE_EVERY;
        if (!jobs.isEmpty() || isBehind) {
            infer(jobs);
        }
        publish("read up to " + read);
        return true;
    }

    private void observe(Sequenced sequenced) {
        if (sequenced.entry() instanceof Entry.Batch batch) {
            observe(sequenced.sequence(), batch.readings());
        } else if (sequenced.entry() instanceof Entry.Regrade regrade && !regrade.grade().isUsable()) {
            inputs.getOrDefault(regrade.series(), List.of())
                    .forEach(input -> input.place.remove(input.channel, regrade.measuredNanos()));
        }
    }

    private void observe(long sequence, Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            List<Input> wanting = inputs.get(readings.series(row));
            if (wanting == null) {
                continue;
            }
            for (Input input : wanting) {
                double value = input.calibration.apply(readings.asDouble(row));
                input.place.observe(sequence, input.channel, readings.measured(row),
                        readings.received(row), value, readings.grade(row).isUsable());
            }
        }
    }

    /** Runs the jobs, all of one model together, and commits what came out with the position. */
    private void infer(List<Job> jobs) throws InterruptedException {
        Outcome outcome = new Outcome();
        Map<Model, List<Job>> byModel = new LinkedHashMap<>();
        for (Job job : jobs) {
            byModel.computeIfAbsent(job.place().model(), model -> new ArrayList<>()).add(job);
        }
        for (Map.Entry<Model, List<Job>> entry : byModel.entrySet()) {
            List<Job> ofModel = entry.getValue();
            for (int from = 0; from < ofModel.size(); from += Model.WINDOWS_MAX) {
                int to = Math.min(from + Model.WINDOWS_MAX, ofModel.size());
                run(entry.getKey(), ofModel.subList(from, to), outcome);
            }
        }
        commit(outcome);
    }

    private void run(Model model, List<Job> jobs, Outcome outcome) {
        try {
            float[][] outputs = model.run(jobs.stream().map(Job::window).toList());
            for (int index = 0; index < jobs.size(); index++) {
                outcome.add(jobs.get(index), outputs[index], now());
            }
        } catch (ModelFailed e) {
            for (ModelPlace place : places) {
                if (place.model().equals(model)) {
                    place.stop(String.valueOf(e.getMessage()));
                    outcome.failures.add(place);
                }
            }
        }
    }

    private void commit(Outcome outcome) throws InterruptedException {
        List<Entry> entries = new ArrayList<>();
        if (outcome.readings.size() > 0) {
            entries.add(new Entry.Batch(outcome.readings.build(), surroundings.clock().get()));
        }
        entries.addAll(outcome.inferences);
        List<Change> changes = new ArrayList<>(outcome.changes());
        committed = Math.max(committed, read);
        long replayFrom = places.stream().mapToLong(place -> place.replayFrom(committed + 1)).min()
                .orElse(committed + 1);
        changes.add(new Change.Advance(CURSOR, committed, replayFrom));
        synchronized (alarms) {
            outcome.evidence.forEach(this::judge);
            outcome.failures.forEach(place -> complain(place.name()));
            Alarms.Outcome raised = alarms.drain();
            entries.addAll(raised.entries());
            changes.addAll(raised.changes());
            log.submit(new Commit(entries, changes));
        }
    }

    private void judge(Evidence evidence) {
        Duration patience = surroundings.lateAfter().plus(Windows.GRACE);
        boolean isLate = now() - evidence.issuedNanos > patience.toNanos();
        if (!isLate && alarms.watches(evidence.series)) {
            // Evidence counts from the moment it was issued; its valid time may lie ahead.
            alarms.observe(evidence.series, evidence.value, Grade.GOOD, evidence.issuedNanos,
                    evidence.issuedNanos);
        }
    }

    private void complain(String model) {
        alarms.raise("model/" + model, AlarmEvent.Severity.CAUTION,
                new Words("モデル " + model + " が停止しました", "Model " + model + " has stopped"),
                new Words("予測なしで運転しています。ログを確認し、ゲートウェイを再起動してください",
                        "Running without its forecast; see the log and restart the gateway"),
                now());
    }

    private void publish(String state) {
        status = places.stream().map(ModelPlace::status).toList();
        boolean isWell = status.stream().noneMatch(one -> one.state() == ModelStatus.State.STOPPED);
        progress = new Progress(state, isWell, instant(now()));
    }

    private long now() {
        return surroundings.clock().get().utcNanos();
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    private record Evidence(int series, double value, long issuedNanos) {}

    /** What the runs of one round gave. */
    private static final class Outcome {
        private final Readings.Builder readings = new Readings.Builder(16);
        private final List<Entry> inferences = new ArrayList<>();
        private final List<Evidence> evidence = new ArrayList<>();
        private final List<ModelPlace> failures = new ArrayList<>();
        private final Map<Integer, Long> counts = new LinkedHashMap<>();
        private final Map<String, ModelPlace> ran = new LinkedHashMap<>();

        void add(Job job, float[] values, long nowNanos) {
            ModelPlace place = job.place();
            Contract contract = place.model().contract();
            List<Entry.Output> outputs = new ArrayList<>();
            for (int index = 0; index < values.length; index++) {
                Series series = place.output(index);
                long validNanos = job.window().endNanos() + contract.outputs().get(index).lead().toNanos();
                Grade grade = Float.isFinite(values[index]) ? Grade.GOOD : Grade.MISSING;
                readings.add(series.id(), validNanos, nowNanos, new Value.Float32(values[index]), grade,
                        0, TimeOrigin.SOURCE);
                outputs.add(new Entry.Output(series.name(), instant(validNanos), values[index]));
                counts.merge(series.id(), 1L, Long::sum);
                evidence.add(new Evidence(series.id(), values[index], job.window().endNanos()));
            }
            String hash = job.window().hash();
            inferences.add(new Entry.Inference(place.name(), contract.identity(), hash,
                    instant(job.window().endNanos()), outputs));
            place.issued(job.window(), hash, outputs);
            ran.put(place.name(), place);
        }

        List<Change> changes() {
            List<Change> changes = new ArrayList<>();
            counts.forEach((series, count) ->
                    changes.add(new Change.SeriesCount(series, count, count, 0)));
            ran.forEach((name, place) ->
                    changes.add(new Change.Keep(CURSOR, name, place.toBytes())));
            return changes;
        }
    }
}
