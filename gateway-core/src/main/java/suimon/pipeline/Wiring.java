package suimon.pipeline;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.ModelPlace.Feed;
import suimon.pipeline.ModelPlace.Job;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.store.Books;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/** Which readings go into which model instance, by the number of their series. */
final class Wiring {
    private static final int ENTRIES_MAX = 256;
    private static final long BYTES_MAX = 4L << 20;
    private static final Wire NOWHERE = new Wire(LiveCalibration.none(), new Feed[0]);

    private final Log log;
    private final Insight.Surroundings surroundings;
    private final List<ModelPlace> places = new ArrayList<>();
    private final Map<Integer, Long> counts = new HashMap<>();
    private @Nullable Wire[] wires = new Wire[64];

    private record Wire(LiveCalibration calibration, Feed[] feeds) {}

    Wiring(Log log, List<Insight.Placement> placements, Insight.Surroundings surroundings, ZoneOffset standard) {
        this.log = log;
        this.surroundings = surroundings;
        Map<String, byte[]> kept = log.kept(Insight.CURSOR);
        for (Insight.Placement placement : placements) {
            boolean isCounted = placement.model().contract().countsReadings();
            places.add(isCounted
                    ? new CountedPlace(placement, log::define, series -> counts.getOrDefault(series, 0L))
                    : new StepPlace(placement, log::define, standard, kept.get(placement.config().name())));
            placement.config().inputs().values().stream().filter(name -> name.indexOf('{') < 0)
                    .forEach(this::define);
        }
    }

    /** A configured series gets its number from the configuration, whoever asks first. */
    private void define(String name) {
        of(surroundings.series().apply(name).id());
    }

    List<ModelPlace> places() {
        return places;
    }

    boolean countsReadings() {
        return places.stream().anyMatch(CountedPlace.class::isInstance);
    }

    /** Whether outputs of one instance are inputs of another: then all must come through the log. */
    boolean isChained(List<Insight.Placement> placements) {
        return placements.stream().flatMap(placement -> placement.config().inputs().values().stream())
                .anyMatch(input -> places.stream().anyMatch(place -> place.makes(input)));
    }

    /**
     * Finds out how many readings of each series came up to a sequence: what the books count, less
     * what the log holds after it.
     */
    void countUpTo(long sequence, LogReader reader) throws InterruptedException, StoreFailed {
        counts.clear();
        List<Books> books = new ArrayList<>();
        long[] newest = {0};
        // On the writer's thread books and log stand at the same commit.
        log.commit(new Commit(List.of(), List.of(), last -> {
            books.add(log.books());
            newest[0] = log.newest();
        }));
        books.getFirst().series().forEach((series, book) -> counts.put(series, book.stored()));
        for (long at = sequence; at < newest[0]; ) {
            List<Sequenced> entries = reader.after(at, ENTRIES_MAX, BYTES_MAX);
            if (entries.isEmpty()) {
                return;
            }
            for (Sequenced sequenced : entries) {
                at = sequenced.sequence();
                if (at <= newest[0] && sequenced.entry() instanceof Entry.Batch batch) {
                    uncount(batch.readings());
                }
            }
        }
    }

    private void uncount(Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            counts.merge(readings.series(row), -1L, Long::sum);
        }
    }

    /** Whether any instance has a use for the series. */
    boolean wants(int series) {
        return of(series).feeds.length > 0;
    }

    /**
     * Raw values, from the log. A batch keeps its rows by series, which windows don't notice while it
     * is shorter than they wait; of a backfill one series must not run hours ahead of the others.
     */
    void observe(long sequence, Readings readings) {
        if (readings.timeSpan() > Windows.GRACE.toNanos() / 2) {
            for (int row : readings.byTime()) {
                observe(sequence, readings, row);
            }
        } else {
            for (int row = 0; row < readings.size(); row++) {
                observe(sequence, readings, row);
            }
        }
    }

    private void observe(long sequence, Readings readings, int row) {
        Wire wire = of(readings.series(row));
        if (wire.feeds.length > 0) {
            double value = wire.calibration.apply(readings.asDouble(row), readings.measured(row));
            feed(wire, sequence, readings.measured(row), readings.received(row), value,
                    readings.grade(row).isUsable());
        }
    }

    /** A calibrated value, from ingest. */
    void observe(long sequence, int series, long measured, long received, double value, boolean usable) {
        feed(of(series), sequence, measured, received, value, usable);
    }

    void remove(int series, long measured) {
        for (Feed feed : of(series).feeds) {
            feed.remove(measured);
        }
    }

    /** Takes the windows that are due. */
    List<Job> takeDue() {
        List<Job> jobs = new ArrayList<>();
        for (ModelPlace place : places) {
            place.takeDue(jobs);
        }
        return jobs;
    }

    /** Forgets windows of readings that are due, since their results are in the log. */
    void dropDue() {
        for (ModelPlace place : places) {
            if (place instanceof CountedPlace counted) {
                counted.dropDue();
            }
        }
    }

    /** Windows of readings that wait; those of intervals are far between. */
    int waiting() {
        int waiting = 0;
        for (ModelPlace place : places) {
            waiting += place instanceof CountedPlace counted ? counted.waiting() : 0;
        }
        return waiting;
    }

    void thin(boolean wanted) {
        for (ModelPlace place : places) {
            if (place instanceof CountedPlace counted) {
                counted.thin(wanted);
            }
        }
    }

    long replayFrom(long otherwise) {
        return places.stream().mapToLong(place -> place.replayFrom(otherwise)).min().orElse(otherwise);
    }

    private static void feed(
            Wire wire, long sequence, long measured, long received, double value, boolean usable) {
        for (Feed feed : wire.feeds) {
            feed.observe(sequence, measured, received, value, usable);
        }
    }

    private Wire of(int series) {
        if (series >= wires.length) {
            wires = Arrays.copyOf(wires, Math.max(series + 1, wires.length * 2));
        }
        Wire known = wires[series];
        if (known == null) {
            known = connect(log.series(series));
            wires[series] = known;
        }
        return known;
    }

    private Wire connect(Series series) {
        List<Feed> feeds = new ArrayList<>();
        for (ModelPlace place : places) {
            feeds.addAll(place.feeds(series));
        }
        return feeds.isEmpty() ? NOWHERE
                : new Wire(surroundings.calibrations().apply(series.name()), feeds.toArray(Feed[]::new));
    }
}
