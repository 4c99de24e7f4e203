package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the statistics of a series for a chart: what is in memory counts before the blocks on disk,
 * those before the days they may have been packed in before.
 */
final class RollupSearch {
    private final Connection connection;
    private final LogState state;
    private final RollupPart scratch = RollupDay.blank();

    RollupSearch(Connection connection, LogState state) {
        this.connection = connection;
        this.state = state;
    }

    /** Minutes that begin in [from, to) and hold readings, oldest first. */
    List<Bucket> minutes(int series, long from, long to) throws SQLException {
        Map<Long, List<RollupBlock>> late = late(series, from, to);
        TreeMap<Long, List<Bucket>> days = new TreeMap<>();
        visitDays(series, from, to, (day, hours, minutes) -> {
            List<Bucket> found = new ArrayList<>();
            if (late.containsKey(day)) {
                joined(series, day, minutes, late).blocks()
                        .forEach(block -> found.addAll(block.buckets(from, to)));
            } else {
                add(RollupDay.minutesOf(minutes, scratch), day * RollupDay.BLOCKS * RollupBlock.BLOCK_NANOS,
                        RollupBlock.BUCKET_NANOS, from, to, found);
            }
            days.put(day, found);
        });
        late.forEach((day, blocks) -> {
            if (!days.containsKey(day)) {
                List<Bucket> found = new ArrayList<>();
                blocks.forEach(block -> found.addAll(block.buckets(from, to)));
                days.put(day, found);
            }
        });
        List<Bucket> found = new ArrayList<>();
        days.values().forEach(found::addAll);
        return found;
    }

    /** Hours that begin in [from, to) and hold readings, oldest first. */
    List<Bucket> hours(int series, long from, long to) throws SQLException {
        Map<Long, List<RollupBlock>> late = late(series, from, to);
        TreeMap<Long, RollupPart> days = new TreeMap<>();
        visitDays(series, from, to, (day, hours, minutes) -> days.put(day,
                late.containsKey(day) ? joined(series, day, minutes, late).hours()
                        : RollupDay.hoursOf(hours, minutes, scratch)));
        late.forEach((day, blocks) -> {
            if (!days.containsKey(day)) {
                RollupDay made = new RollupDay();
                blocks.forEach(made::put);
                days.put(day, made.hours());
            }
        });
        List<Bucket> found = new ArrayList<>();
        days.forEach((day, hours) -> add(hours, day * RollupDay.HOURS * RollupDay.HOUR_NANOS,
                RollupDay.HOUR_NANOS, from, to, found));
        return found;
    }

    /** A damaged day is left out: an inspection has it salvaged. */
    private void visitDays(int series, long from, long to, RollupDays.DayVisitor visitor) throws SQLException {
        RollupDays.visit(connection, series, RollupDay.dayOf(RollupBlock.blockOf(from)),
                RollupDay.dayOf(RollupBlock.blockOf(to)), (day, hours, minutes) -> {
                    if (RollupDay.isSound(minutes)) {
                        visitor.visit(day, hours, minutes);
                    }
                });
    }

    /** By day, oldest first. */
    private Map<Long, List<RollupBlock>> late(int series, long from, long to) throws SQLException {
        Map<Long, RollupBlock> blocks = new HashMap<>();
        Rollups rollups = state.rollups();
        if (rollups != null) {
            // Memory first: a block that leaves it meanwhile is on disk by then; likewise days last.
            rollups.show(series, block -> blocks.put(block.block, block.copy()));
        }
        long first = RollupBlock.blockOf(from);
        long last = RollupBlock.blockOf(to);
        // A day is taken as a whole, whatever part of it is asked for.
        for (RollupBlock block : RollupTable.find(connection, series,
                RollupDay.dayOf(first) * RollupDay.BLOCKS, (RollupDay.dayOf(last) + 1) * RollupDay.BLOCKS - 1)) {
            blocks.putIfAbsent(block.block, block);
        }
        Map<Long, List<RollupBlock>> days = new TreeMap<>();
        new TreeMap<>(blocks).values().forEach(block -> days.computeIfAbsent(
                RollupDay.dayOf(block.block), day -> new ArrayList<>()).add(block));
        return days;
    }

    private static RollupDay joined(int series, long day, byte[] minutes, Map<Long, List<RollupBlock>> late) {
        RollupDay joined = RollupDay.of(series, day, minutes);
        late.getOrDefault(day, List.of()).forEach(joined::put);
        return joined;
    }

    private static void add(RollupPart part, long begin, long nanos, long from, long to, List<Bucket> found) {
        for (int slot = 0; slot < part.worst.length; slot++) {
            long start = begin + slot * nanos;
            if (part.counts[2 * slot] > 0 && start >= from && start < to) {
                found.add(part.bucket(slot, start, nanos));
            }
        }
    }
}
