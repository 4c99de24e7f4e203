package suimon.pipeline;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import suimon.pipeline.ModelPlace.Job;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.Change;

/** What runs of models gave and a later commit will hold. */
final class Outcome {
    /** Windows of readings that share one inference entry; then the next entry begins. */
    static final int SHARED_MAX = 64;

    private final Readings.Builder readings = new Readings.Builder(16);
    private final List<Entry> inferences = new ArrayList<>();
    private final Map<ModelPlace, Shared> shared = new LinkedHashMap<>();
    private final Map<Integer, Long> counts = new LinkedHashMap<>();
    private final Map<String, byte[]> kept = new LinkedHashMap<>();
    final List<Evidence> evidence = new ArrayList<>();
    final List<ModelPlace> failures = new ArrayList<>();

    /** A value that rules on results look at. */
    record Evidence(int series, double value, long issuedNanos) {}

    /** Windows of one instance on their way into one entry. */
    private static final class Shared {
        private final MessageDigest hash = sha256();
        private final List<Entry.Output> outputs = new ArrayList<>();
        private long issuedNanos = Long.MIN_VALUE;
        private int windows;
    }

    boolean isEmpty() {
        return readings.size() == 0 && failures.isEmpty();
    }

    void add(Job job, float[] values, long nowNanos) {
        ModelPlace place = job.place();
        for (int index = 0; index < values.length; index++) {
            Series series = job.outputs().get(index);
            Grade grade = Float.isFinite(values[index]) ? Grade.GOOD : Grade.MISSING;
            readings.add(series.id(), Results.validNanos(job, index), nowNanos, new Value.Float32(values[index]),
                    grade, 0, TimeOrigin.SOURCE);
            counts.merge(series.id(), 1L, Long::sum);
            evidence.add(new Evidence(series.id(), values[index], job.window().endNanos()));
        }
        byte[] digest = job.window().digest();
        String hash = HexFormat.of().formatHex(digest);
        place.issued(job, hash, values);
        if (place.model().contract().countsReadings()) {
            share(job, values, digest);
        } else {
            inferences.add(inference(place, hash, job.window().endNanos(), Results.outputs(job, values)));
        }
        byte[] keep = place.toBytes();
        if (keep != null) {
            kept.put(place.name(), keep);
        }
    }

    private void share(Job job, float[] values, byte[] digest) {
        Shared with = shared.computeIfAbsent(job.place(), place -> new Shared());
        with.hash.update(digest);
        with.outputs.addAll(Results.outputs(job, values));
        with.issuedNanos = Math.max(with.issuedNanos, job.window().endNanos());
        if (++with.windows == SHARED_MAX) {
            endShared(job.place(), with);
            shared.remove(job.place());
        }
    }

    private void endShared(ModelPlace place, Shared with) {
        inferences.add(inference(
                place, HexFormat.of().formatHex(with.hash.digest()), with.issuedNanos, with.outputs));
    }

    private static Entry.Inference inference(
            ModelPlace place, String hash, long issuedNanos, List<Entry.Output> outputs) {
        return new Entry.Inference(place.name(), place.model().contract().identity(), hash,
                Insight.instant(issuedNanos), outputs);
    }

    /** The outputs as readings, then the inferences. */
    List<Entry> entries(ClockStamp clock) {
        shared.forEach(this::endShared);
        shared.clear();
        List<Entry> entries = new ArrayList<>();
        if (readings.size() > 0) {
            entries.add(new Entry.Batch(readings.build(), clock));
        }
        entries.addAll(inferences);
        return entries;
    }

    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        counts.forEach((series, count) -> changes.add(new Change.SeriesCount(series, count, count, 0)));
        kept.forEach((name, bytes) -> changes.add(new Change.Keep(Insight.CURSOR, name, bytes)));
        return changes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
