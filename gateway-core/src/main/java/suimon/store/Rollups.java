package suimon.store;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Ticker;

/**
 * One-minute and ten-minute statistics, kept by a thread of its own that follows the log.
 *
 * <p>Blocks of ten minutes live in memory while they may change and go to disk all together, with
 * the position in the log they stand for, so that after a crash the entries from there on are added
 * once more and none twice. A reading that is not the newest of its series (late, or a revision)
 * marks its block: it is computed again from the log, which alone knows what a revision replaced.
 *
 * <p>A complete block is issued as {@link Entry.Aggregate} in the commit that writes it, and again
 * with the next revision number when late data corrected it.
 */
final class Rollups implements Runnable {
    /** A block is complete so long after its end, so that slow senders need no revision. */
    static final Duration GRACE = Duration.ofSeconds(30);
    /** At this many blocks in memory those touched longest ago are taken for complete. */
    static final int BLOCKS_MAX = 32_768;

    private static final Logger LOGGER = LoggerFactory.getLogger(Rollups.class);
    private static final Duration FLUSH_MIN = Duration.ofSeconds(30);
    private static final Duration FLUSH_MAX = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofSeconds(10);
    /** A reading measured so long after it came has a wrong clock. */
    private static final Duration AHEAD_MAX = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** So often past days are packed; what late data corrected meanwhile is packed once more. */
    private static final Duration PACK_EVERY = Duration.ofMinutes(30);
    private static final int ENTRIES_AT_ONCE = 512;
    private static final long BYTES_AT_ONCE = 4L << 20;

    private final Log log;
    private final LogReader reader;
    private final Clock clock;
    private final Ticker ticker;
    private final boolean issues;
    private final RollupRepair repair;
    private final RollupPacker packer;
    private final long staggerNanos;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final OpenBlocks open = new OpenBlocks();
    /** The newest measured time of each series, and below the block that it went to while that is open. */
    private final LongsBySeries newest = new LongsBySeries(1, Long.MIN_VALUE);
    private final BySeries<RollupBlock> newestBlock = new BySeries<>();
    private volatile long position;
    private long newestOnDisk;
    private volatile long flushed;
    private long flushedAt;
    private long packedAt;

    Rollups(Log log, LogReader reader, Clock clock, Ticker ticker, boolean issues)
            throws SQLException {
        this.log = log;
        this.reader = reader;
        this.clock = clock;
        this.ticker = ticker;
        this.issues = issues;
        this.repair = new RollupRepair(reader, log.retainedFrom());
        this.packer = new RollupPacker(reader.connection());
        this.flushedAt = ticker.nanos();
        this.staggerNanos = log.settings().staggerNanos();
        this.packedAt = flushedAt + staggerNanos;
        RollupTable.Standing standing = RollupTable.standing(reader.connection());
        position = standing.position();
        newestOnDisk = RollupTable.newest(reader.connection());
        flushed = position;
        standing.newest().forEach((series, time) -> newest.set(series, 0, time));
        // By place on disk, so that each page is read once.
        List<RollupTable.Key> keys = new ArrayList<>(standing.open());
        keys.sort(Comparator.comparingLong(RollupTable.Key::block).thenComparingInt(RollupTable.Key::series));
        for (RollupBlock block : RollupTable.find(reader.connection(), keys)) {
            block.touchedAt = ticker.nanos();
            open.put(block);
        }
    }

    /** All entries up to here are in the blocks. */
    long position() {
        return position;
    }

    /** After a crash entries from here on are added again, so up to here they may be sealed. */
    long flushed() {
        return flushed;
    }

    void close() {
        closing.countDown();
    }

    /** Shows the blocks of a series that are in memory; for any thread. */
    synchronized void show(int series, Consumer<RollupBlock> visitor) {
        open.forEach(block -> {
            if (block.series == series && !block.isStale) {
                visitor.accept(block);
            }
        });
    }

    @Override
    public void run() {
        try (reader) {
            while (closing.getCount() > 0 && log.failure() == null) {
                try {
                    log.awaitBeyond(position, PATIENCE);
                    step();
                } catch (SQLException | StoreFailed failed) {
                    LOGGER.error("rollups wait a second: {}", failed.getMessage());
                    closing.await(1, TimeUnit.SECONDS);
                }
            }
            if (log.failure() == null) {
                flush(List.of());
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws StoreFailed, SQLException, InterruptedException {
        List<Sequenced> entries = reader.after(position, ENTRIES_AT_ONCE, BYTES_AT_ONCE);
        synchronized (this) {
            for (Sequenced entry : entries) {
                take(entry);
                position = entry.sequence();
            }
        }
        boolean isBehind = entries.size() == ENTRIES_AT_ONCE;
        if (!isBehind || open.size() > BLOCKS_MAX) {
            synchronized (this) {
                repair.run(open, position);
            }
            flushWhenDue();
            packWhenDue();
        }
    }

    /** Some series of a day at a time; the log is followed between. */
    private void packWhenDue() throws SQLException, InterruptedException {
        if (ticker.nanos() - packedAt < PACK_EVERY.toNanos()) {
            return;
        }
        long passed = clock.millis() * 1_000_000L - GRACE.toNanos();
        long newestBlock = Math.min(newestOnDisk, RollupBlock.blockOf(passed));
        List<RollupDays.Row> rows = packer.next(RollupDay.dayOf(newestBlock), open);
        if (rows == null) {
            packedAt = ticker.nanos();
        } else {
            log.commitWith(new Commit(List.of(), List.of()), connection -> RollupDays.write(connection, rows));
        }
    }

    private void take(Sequenced entry) throws SQLException {
        if (entry.entry() instanceof Entry.Batch batch) {
            long now = ticker.nanos();
            for (int row = 0; row < batch.readings().size(); row++) {
                take(entry.sequence(), batch.readings(), row, now);
            }
        } else if (entry.entry() instanceof Entry.Regrade regrade) {
            RollupBlock block = find(regrade.series(), RollupBlock.blockOf(regrade.measuredNanos()));
            touch(block, ticker.nanos());
            block.isStale = repair.canCompute(block);
        }
    }

    private void take(long sequence, Readings readings, int row, long now) throws SQLException {
        int series = readings.series(row);
        long time = readings.measured(row);
        long last = newest.get(series, 0);
        long number = RollupBlock.blockOf(time);
        RollupBlock block = newestBlock.get(series);
        if (block == null || block.block != number) {
            block = find(series, number);
        }
        touch(block, now);
        // One sender with a wrong clock must not make all that follows look late.
        boolean isAhead = time - readings.received(row) > AHEAD_MAX.toNanos();
        if ((time <= last || isAhead) && repair.canCompute(block)) {
            block.isStale = true;
        } else if (!block.isStale) {
            block.add(readings, row);
        }
        block.first = Math.min(block.first, sequence);
        if (time > last && !isAhead) {
            newest.set(series, 0, time);
            newestBlock.put(series, block);
        }
    }

    private static void touch(RollupBlock block, long now) {
        block.isDirty = true;
        block.isUnissued = true;
        block.touchedAt = now;
    }

    private RollupBlock find(int series, long number) throws SQLException {
        RollupBlock known = open.find(series, number);
        if (known != null) {
            return known;
        }
        // Most blocks are new: at full rate asking the disk for each costs more than all its readings.
        RollupBlock stored = number > newestOnDisk ? null
                : RollupTable.find(reader.connection(), new RollupTable.Key(series, number));
        RollupBlock block = stored == null ? new RollupBlock(series, number) : stored;
        block.touchedAt = ticker.nanos();
        open.put(block);
        return block;
    }

    private void flushWhenDue() throws InterruptedException {
        long since = ticker.nanos() - flushedAt;
        boolean isCrowded = open.size() > BLOCKS_MAX;
        List<RollupBlock> complete = isCrowded || since >= FLUSH_MIN.toNanos() ? complete() : List.of();
        if (isCrowded || !complete.isEmpty() || since >= FLUSH_MAX.toNanos()) {
            flush(complete);
        }
    }

    private synchronized List<RollupBlock> complete() {
        long now = ticker.nanos();
        long wall = clock.millis() * 1_000_000L;
        List<RollupBlock> complete = new ArrayList<>();
        List<RollupBlock> others = new ArrayList<>();
        for (RollupBlock block : open) {
            boolean isPast = wall - block.endNanos() >= GRACE.toNanos() + staggerNanos;
            boolean isPassed = newest.get(block.series, 0) >= block.endNanos();
            boolean isQuiet = now - block.touchedAt >= QUIET.toNanos();
            // A correction waits for the rest of the late data, so that it is sent once.
            boolean isSettled = isQuiet || isPassed && block.issued == 0;
            (!block.isStale && isPast && isSettled ? complete : others).add(block);
        }
        others.removeIf(block -> block.isStale);
        others.sort((one, other) -> Long.compare(one.touchedAt - now, other.touchedAt - now));
        int tooMany = Math.max(0, others.size() - BLOCKS_MAX / 2);
        complete.addAll(others.subList(0, tooMany));
        return complete;
    }

    /** Writes all that is dirty in one commit with the aggregates of the complete blocks. */
    private void flush(List<RollupBlock> complete) throws InterruptedException {
        List<Entry> aggregates = new ArrayList<>();
        List<RollupTable.Row> rows = new ArrayList<>();
        RollupTable.Standing standing;
        synchronized (this) {
            for (RollupBlock block : complete) {
                if (block.isUnissued && issues && !block.isEmpty()) {
                    aggregates.add(block.toAggregate(block.issued));
                    block.issued++;
                    block.isUnissued = false;
                    block.isDirty = true;
                }
            }
            Set<RollupBlock> done = new HashSet<>(complete);
            List<RollupTable.Key> kept = new ArrayList<>();
            for (RollupBlock block : open) {
                if (!done.contains(block)) {
                    kept.add(keyOf(block));
                }
                if (block.isDirty) {
                    newestOnDisk = Math.max(newestOnDisk, block.block);
                    rows.add(new RollupTable.Row(
                            keyOf(block), block.first, block.issued, block.toBytes()));
                }
            }
            standing = new RollupTable.Standing(position, times(), kept);
        }
        flushedAt = ticker.nanos();
        if (!rows.isEmpty()) {
            log.commitWith(new Commit(aggregates, List.of()),
                    connection -> RollupTable.write(connection, rows, standing));
            flushed = standing.position();
        }
        forget(complete);
    }

    private synchronized void forget(List<RollupBlock> complete) {
        open.forEach(block -> block.isDirty = false);
        open.forget(complete);
        for (RollupBlock block : complete) {
            if (newestBlock.get(block.series) == block) {
                newestBlock.remove(block.series);
            }
        }
    }

    private Map<Integer, Long> times() {
        Map<Integer, Long> times = new HashMap<>();
        newest.forEach((series, last, at) -> times.put(series, last[at]));
        return times;
    }

    private static RollupTable.Key keyOf(RollupBlock block) {
        return new RollupTable.Key(block.series, block.block);
    }
}
