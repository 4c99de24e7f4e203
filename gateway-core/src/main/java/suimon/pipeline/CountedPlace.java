package suimon.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.ModelConfig;
import suimon.config.SeriesPattern;
import suimon.reading.Entry;
import suimon.reading.Series;

/** A model over the newest readings of a series, for one series or all that match a pattern. */
final class CountedPlace implements ModelPlace {
    /** Series with windows of one instance; readings of further ones are stored, but not judged. */
    static final int SERIES_MAX = 20_000;

    /** A series that holds the replay back by more entries begins its window anew after a restart. */
    static final long REPLAY_ENTRIES_MAX = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(CountedPlace.class);

    private final ModelConfig config;
    private final Model model;
    private final SeriesPattern pattern;
    private final OutputSeries define;
    private final IntToLongFunction counts;
    private final List<CountedSeries> all = new ArrayList<>();
    private final List<Job> due = new ArrayList<>();
    private boolean isThinning;
    private long issuedNanos = Long.MIN_VALUE;
    private long newestSequence;
    private @Nullable Job lastJob;
    private float[] lastValues = {};
    private String stopped = "";

    /**
     * Starts with empty windows.
     *
     * @param counts how many readings of a series came before the first one that is observed
     */
    CountedPlace(Insight.Placement placement, OutputSeries define, IntToLongFunction counts) {
        config = placement.config();
        model = placement.model();
        String role = model.contract().inputs().getFirst().role();
        pattern = new SeriesPattern(config.inputs().getOrDefault(role, ""));
        this.define = define;
        this.counts = counts;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public List<Feed> feeds(Series series) {
        Map<String, String> names = pattern.match(series.name());
        if (names == null) {
            return List.of();
        }
        if (all.size() == SERIES_MAX) {
            LOG.warn("model={} series={} is one of more than {} and gets no results", name(), series.name(),
                    SERIES_MAX);
            return List.of();
        }
        String prefix = SeriesPattern.fill(config.outputs(), names);
        CountedSeries feed = new CountedSeries(
                this, define.of(model.contract(), prefix), counts.applyAsLong(series.id()));
        all.add(feed);
        return List.of(feed);
    }

    @Override
    public boolean makes(String series) {
        int slash = series.lastIndexOf('/');
        return slash > 0 && new SeriesPattern(config.outputs()).match(series.substring(0, slash)) != null;
    }

    /** From now on, where several windows of a series wait, only the newest is run. */
    void thin(boolean wanted) {
        if (wanted && !isThinning) {
            // Where a window waited is not kept while all of them are run.
            all.forEach(CountedSeries::taken);
        }
        isThinning = wanted;
    }

    /** A series' window became due; returns its place among those that wait. */
    int due(CountedSeries of, Window window, int waitingAt) {
        Job job = new Job(this, window, of.outputs);
        if (isThinning && waitingAt >= 0) {
            due.set(waitingAt, job);
            return waitingAt;
        }
        due.add(job);
        return due.size() - 1;
    }

    int waiting() {
        return due.size();
    }

    @Override
    public void takeDue(List<Job> jobs) {
        if (stopped.isEmpty()) {
            jobs.addAll(due);
        }
        dropDue();
    }

    void dropDue() {
        due.clear();
        for (CountedSeries series : isThinning ? all : List.<CountedSeries>of()) {
            series.taken();
        }
    }

    boolean isThinning() {
        return isThinning;
    }

    void sawSequence(long sequence) {
        newestSequence = sequence;
    }

    @Override
    public void issued(Job job, String hash, float[] values) {
        issuedNanos = Math.max(issuedNanos, job.window().endNanos());
        lastJob = job;
        lastValues = values;
    }

    @Override
    public void stop(String reason) {
        stopped = reason;
    }

    @Override
    public long replayFrom(long otherwise) {
        long oldest = Long.MAX_VALUE;
        for (CountedSeries series : all) {
            long needed = series.neededFrom();
            if (needed >= newestSequence - REPLAY_ENTRIES_MAX) {
                oldest = Math.min(oldest, needed);
            }
        }
        return Math.min(oldest, otherwise);
    }

    @Override
    public byte @Nullable [] toBytes() {
        return null;
    }

    @Override
    public ModelStatus status() {
        String identity = model.contract().identity();
        Instant at = issuedNanos == Long.MIN_VALUE ? null : Insight.instant(issuedNanos);
        Job job = lastJob;
        List<Entry.Output> outputs = job == null ? List.of() : Results.outputs(job, lastValues);
        if (!stopped.isEmpty()) {
            return new ModelStatus(name(), identity, ModelStatus.State.STOPPED, stopped, at, outputs);
        }
        return at == null
                ? new ModelStatus(name(), identity, ModelStatus.State.WAITING,
                        all.size() + " series match " + pattern.written() + ", none has enough readings yet", at, outputs)
                : new ModelStatus(name(), identity, ModelStatus.State.RUNNING, "", at, outputs);
    }
}
