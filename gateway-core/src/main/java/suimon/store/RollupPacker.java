package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Moves the blocks of past days into {@link RollupDays}, some series at a time. Blocks that late data
 * corrected lie in the table of blocks once more and are moved again, so at most once per round.
 * Belongs to the thread of the {@link Rollups}.
 */
final class RollupPacker {
    /** Series moved in one commit: about 9,000 blocks, 100 KB. */
    private static final int SERIES_AT_ONCE = 64;

    private final Connection reader;
    private long day = Long.MIN_VALUE;
    private int series = Integer.MIN_VALUE;

    RollupPacker(Connection reader) {
        this.reader = reader;
    }

    /**
     * What to move next; null at the end of a round, when all that can be is moved. Only of days
     * before this one, and nothing of the blocks that are open.
     */
    @Nullable List<RollupDays.Row> next(long before, OpenBlocks open) throws SQLException {
        while (true) {
            long block = RollupTable.nextBlock(reader, day == Long.MIN_VALUE ? day : day * RollupDay.BLOCKS);
            long next = block == Long.MAX_VALUE ? before : RollupDay.dayOf(block);
            if (next >= before) {
                day = Long.MIN_VALUE;
                series = Integer.MIN_VALUE;
                return null;
            }
            if (next != day) {
                day = next;
                series = Integer.MIN_VALUE;
            }
            TreeSet<Integer> ids = seriesOf(day);
            if (ids.isEmpty()) {
                day++;
                series = Integer.MIN_VALUE;
                continue;
            }
            List<RollupDays.Row> rows = rows(ids, open);
            series = ids.last() + 1;
            if (!rows.isEmpty()) {
                return rows;
            }
        }
    }

    /** The next series of the day that have blocks. */
    private TreeSet<Integer> seriesOf(long day) throws SQLException {
        TreeSet<Integer> ids = new TreeSet<>();
        try (PreparedStatement query = prepared("SELECT series FROM rollup WHERE block = ?"
                + " AND series >= ? ORDER BY series LIMIT " + SERIES_AT_ONCE)) {
            for (int block = 0; block < RollupDay.BLOCKS; block++) {
                query.setLong(1, day * RollupDay.BLOCKS + block);
                query.setInt(2, series);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        ids.add(rows.getInt(1));
                    }
                }
                while (ids.size() > SERIES_AT_ONCE) {
                    ids.pollLast();
                }
            }
        }
        return ids;
    }

    private List<RollupDays.Row> rows(TreeSet<Integer> ids, OpenBlocks open) throws SQLException {
        Map<Integer, List<RollupBlock>> blocks = new TreeMap<>();
        try (PreparedStatement query = prepared("SELECT series, first, issued, buckets FROM rollup"
                + " WHERE block = ? AND series BETWEEN ? AND ?")) {
            for (long block = day * RollupDay.BLOCKS; block < (day + 1) * RollupDay.BLOCKS; block++) {
                query.setLong(1, block);
                query.setInt(2, ids.first());
                query.setInt(3, ids.last());
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        int id = rows.getInt(1);
                        if (open.find(id, block) == null) {
                            blocks.computeIfAbsent(id, missing -> new ArrayList<>()).add(RollupBlock.of(
                                    id, block, rows.getLong(2), rows.getInt(3), rows.getBytes(4)));
                        }
                    }
                }
            }
        }
        List<RollupDays.Row> packed = new ArrayList<>();
        for (var one : blocks.entrySet()) {
            RollupDay known = RollupDays.find(reader, one.getKey(), day);
            RollupDay joined = known == null ? new RollupDay() : known;
            one.getValue().forEach(joined::put);
            packed.add(new RollupDays.Row(one.getKey(), day, joined.hoursToBytes(), joined.minutesToBytes(),
                    one.getValue().stream().map(block -> block.block).toList()));
        }
        return packed;
    }

    private PreparedStatement prepared(String query) throws SQLException {
        return reader.prepareStatement(query);
    }
}
