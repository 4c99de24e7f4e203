package suimon.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Content;
import suimon.backhaul.Content.Block;
import suimon.backhaul.Content.Missing;
import suimon.backhaul.Malformed;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.store.Change;
import suimon.store.Log;
import suimon.store.Repeats;
import suimon.store.StoreFailed;

/**
 * One content on its way into the hub's log: series renumbered by name, what the hub has counted
 * instead of stored. Everything that can be wrong is found before anything is changed.
 */
final class Arrival {
    private final Log log;
    private final Repeats repeats;
    private final Lane lane;
    private final Intake intake;
    private final @Nullable Overlap overlap;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final TreeMap<Integer, long[]> counts = new TreeMap<>();

    /** @param overlap what the hub has from earlier epochs; null in the first */
    Arrival(Log log, Repeats repeats, Lane lane, Intake intake, @Nullable Overlap overlap) {
        this.log = log;
        this.repeats = repeats;
        this.lane = lane;
        this.intake = intake;
        this.overlap = overlap;
    }

    List<Entry> entries() {
        return entries;
    }

    List<Change> changes() {
        return changes;
    }

    void take(Content content) throws Malformed, StoreFailed {
        for (Series series : content.series()) {
            changes.add(intake.learn(series.id(), define(series, false).id()));
        }
        List<Block> blocks = new ArrayList<>();
        for (Block block : content.blocks()) {
            blocks.add(new Block(block.clock(), renumbered(block.readings())));
        }
        List<Entry> others = new ArrayList<>();
        for (Entry entry : content.entries()) {
            others.add(renumbered(entry));
        }
        repeats.expect(blocks.stream().mapToInt(block -> block.readings().size()).sum());
        for (Block block : blocks) {
            addReadings(block);
        }
        others.forEach(this::addEntry);
        content.missing().forEach(this::addMissing);
        counts.forEach((series, count) ->
                changes.add(new Change.SeriesCount(series, count[0], count[1], count[2])));
    }

    /** A definition that a lane brings along yields to one that came as an entry of P2. */
    private Series define(Series series, boolean isNews) {
        if (!isNews) {
            for (Series known : log.allSeries()) {
                if (known.name().equals(series.name())) {
                    return known;
                }
            }
        }
        return log.define(series.name(), series.title(), series.unit(), series.expectedPeriodNanos());
    }

    private Readings renumbered(Readings readings) throws Malformed {
        Readings.Builder builder = new Readings.Builder(readings.size());
        for (int row = 0; row < readings.size(); row++) {
            int series = intake.seriesOf(readings.series(row));
            builder.add(series, readings.measured(row), readings.received(row), readings.value(row),
                    readings.grade(row), readings.status(row), readings.origin(row))
                    .because(readings.testsBesideStatus(row));
        }
        return builder.build();
    }

    private Entry renumbered(Entry entry) throws Malformed {
        return switch (entry) {
            case Entry.Aggregate of -> new Entry.Aggregate(
                    intake.seriesOf(of.series()), of.start(), of.durationNanos(), of.count(),
                    of.usable(), of.minimum(), of.mean(), of.maximum(), of.last(), of.worst(),
                    of.revision());
            case Entry.Calibration of -> new Entry.Calibration(
                    intake.seriesOf(of.series()), of.from(), of.curve(), of.by(), of.note(), of.sheet());
            case Entry.Regrade of -> new Entry.Regrade(
                    intake.seriesOf(of.series()), of.measuredNanos(), of.grade(), of.test());
            case Entry.Alarm same -> same;
            case Entry.Audit same -> same;
            case Entry.Batch same -> same;
            case Entry.ClockFix same -> same;
            case Entry.Gap same -> same;
            case Entry.Inference same -> same;
            case Entry.Label same -> same;
            case Entry.Observation same -> same;
            case Entry.Reject same -> same;
            case Entry.SeriesDefined same -> same;
        };
    }

    private void addReadings(Block block) throws StoreFailed {
        Readings readings = block.readings();
        boolean[] known = overlap == null ? new boolean[readings.size()] : overlap.known(readings);
        Readings.Builder stored = new Readings.Builder(readings.size());
        for (int row = 0; row < readings.size(); row++) {
            boolean isStored = !known[row] && repeats.judge(readings.series(row),
                    readings.measured(row), readings.value(row), readings.status(row)).isStored();
            long[] count = counts.computeIfAbsent(readings.series(row), series -> new long[3]);
            count[0]++;
            count[isStored ? 1 : 2]++;
            if (isStored) {
                stored.addRow(readings, row);
            }
        }
        if (stored.size() > 0) {
            entries.add(new Entry.Batch(stored.build(), block.clock()));
        }
    }

    private void addEntry(Entry entry) {
        if (entry instanceof Entry.SeriesDefined defined) {
            define(defined.series(), true);
            return;
        }
        if (overlap != null && overlap.hasEntry(entry)) {
            return;
        }
        if (overlap != null) {
            overlap.add(entry);
        }
        entries.add(entry);
    }

    private void addMissing(Missing missing) {
        String reason = switch (missing.reason()) {
            case EXPIRED -> "expired before it was sent";
            case REMOVED -> "removed by the gateway's quota before it was sent";
            case TOO_LARGE -> "larger than the lane can carry";
        };
        // A gap's bounds lie outside of what it lacks.
        entries.add(new Entry.Gap("uplink/" + lane, missing.series(), missing.from().minusNanos(1),
                missing.to().plusNanos(1), missing.count() + " " + reason));
    }
}
