package suimon.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * Computes blocks again from the log: many in one scan, in groups of neighbouring time, so that a
 * month of late data costs a few scans and not one per block.
 */
final class RollupRepair {
    /** More readings than these at once are computed in several scans. */
    static final int READINGS_MAX = 400_000;

    private static final int BLOCKS_AT_ONCE = 2048;
    /** Blocks further apart than this are not read in one scan. */
    private static final long APART_BLOCKS_MAX = 6;

    private final LogReader reader;
    private final LongSupplier retainedFrom;

    /** The supplier names the oldest sequence that retention has not yet been at. */
    RollupRepair(LogReader reader, LongSupplier retainedFrom) {
        this.reader = reader;
        this.retainedFrom = retainedFrom;
    }

    private record Target(RollupBlock block, TimeSorted sorted) {}

    /** Whether the log still holds all that went into the block; else a late reading is added. */
    boolean canCompute(RollupBlock block) {
        return block.first >= retainedFrom.getAsLong();
    }

    /** Computes the stale ones among the blocks with entries up to the position. */
    void run(Iterable<RollupBlock> blocks, long position) throws StoreFailed {
        List<RollupBlock> stale = new ArrayList<>();
        for (RollupBlock block : blocks) {
            if (block.isStale) {
                stale.add(block);
            }
        }
        stale.sort(Comparator.comparingLong(block -> block.block));
        int from = 0;
        while (from < stale.size()) {
            int to = from + 1;
            while (to < stale.size() && to - from < BLOCKS_AT_ONCE
                    && stale.get(to).block - stale.get(to - 1).block <= APART_BLOCKS_MAX) {
                to++;
            }
            compute(stale.subList(from, to), position);
            from = to;
        }
    }

    private void compute(List<RollupBlock> blocks, long position) throws StoreFailed {
        Map<RollupTable.Key, Target> found = new HashMap<>();
        for (RollupBlock block : blocks) {
            found.put(new RollupTable.Key(block.series, block.block),
                    new Target(block, new TimeSorted(Integer.MAX_VALUE)));
        }
        if (!collect(blocks, found, position)) {
            compute(blocks.subList(0, blocks.size() / 2), position);
            compute(blocks.subList(blocks.size() / 2, blocks.size()), position);
            return;
        }
        for (Target target : found.values()) {
            Readings readings = target.sorted().toReadings();
            RollupBlock block = target.block();
            block.clear();
            for (int row = 0; row < readings.size(); row++) {
                block.add(readings, row);
            }
            block.isStale = false;
        }
    }

    /** Returns false when there is too much for one scan. */
    private boolean collect(
            List<RollupBlock> blocks, Map<RollupTable.Key, Target> found, long position)
            throws StoreFailed {
        int[] size = {0};
        boolean canSplit = blocks.size() > 1;
        List<Integer> series = blocks.stream().map(block -> block.series).distinct().toList();
        reader.visitEntries(series, blocks.getFirst().startNanos(), blocks.getLast().endNanos(),
                (sequence, entry) -> {
                    if (sequence > position) {
                        return false;
                    }
                    size[0] += take(sequence, entry, found);
                    return !canSplit || size[0] <= READINGS_MAX;
                });
        return !canSplit || size[0] <= READINGS_MAX;
    }

    private static int take(long sequence, Entry entry, Map<RollupTable.Key, Target> found) {
        int taken = 0;
        if (entry instanceof Entry.Batch batch) {
            Readings readings = batch.readings();
            for (int row = 0; row < readings.size(); row++) {
                Target into = found.get(new RollupTable.Key(
                        readings.series(row), RollupBlock.blockOf(readings.measured(row))));
                if (into != null) {
                    into.sorted().visit(sequence, readings, row);
                    taken++;
                }
            }
        } else if (entry instanceof Entry.Regrade regrade) {
            Target into = found.get(new RollupTable.Key(
                    regrade.series(), RollupBlock.blockOf(regrade.measuredNanos())));
            if (into != null) {
                into.sorted().regrade(sequence, regrade);
            }
        }
        return taken;
    }
}
