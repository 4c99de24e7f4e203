package suimon.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Reads every page of a log in use and every checksum in it, as slowly as asked, and says what is
 * damaged. Holds one read transaction meanwhile, so the write-ahead log grows by what comes in.
 */
final class Inspection {
    private final EntryCodec codec = new EntryCodec();
    private long rowsSum;
    private long indexSum;

    private Inspection() {}

    /**
     * What was found.
     *
     * @param damage pages, rows and records that are not as they were written; 0 when all is well
     */
    record Outcome(int pages, long damage) {}

    /**
     * @param reader a connection without a transaction
     * @param file opened by the caller and closed by it only after all of this process's connections
     */
    static Outcome run(Connection reader, FileChannel file, Path path, TreeWalk.Pace pace)
            throws SQLException, IOException {
        try (Statement statement = reader.createStatement()) {
            statement.execute("BEGIN");
            try {
                Database.single(statement, "SELECT count(*) FROM sqlite_schema");
                Catalog catalog = Catalog.of(reader);
                // Not closed: that would let go of SQLite's locks on the file.
                return new Inspection().walk(PageFile.openLive(file, path), catalog, pace);
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    private Outcome walk(PageFile pages, Catalog catalog, TreeWalk.Pace pace) throws IOException {
        TreeWalk walk = new TreeWalk(pages, pace);
        walk.walk(TreeWalk.SCHEMA, cell -> {});
        for (var tree : catalog.trees().entrySet()) {
            walk.walk(tree.getValue(), switch (tree.getKey()) {
                case "entry" -> this::entry;
                case "entry_kind" -> this::indexed;
                case "change" -> Inspection::change;
                case "chunk" -> Inspection::chunk;
                case "rollup_day" -> Inspection::rollups;
                default -> cell -> {};
            });
        }
        walk.freePages();
        long damage = walk.damage() + (rowsSum == indexSum ? 0 : 1);
        return new Outcome(pages.pages(), damage);
    }

    private void entry(Cell cell) {
        boolean isSound = cell.values().size() >= 7 && cell.values().get(1) instanceof Long kind
                && cell.values().get(6) instanceof byte[] payload
                && codec.isSound(kind.intValue(), payload, cell.values().get(5) instanceof byte[] changes
                        ? changes : null);
        if (!isSound) {
            throw new IllegalArgumentException("an entry whose checksum is wrong");
        }
        if (cell.values().get(1) instanceof Long kind && kind > 1) {
            rowsSum += mixed(kind, cell.key());
        }
    }

    private void indexed(Cell cell) {
        // A record of an index ends with the row's key.
        if (cell.values().getFirst() instanceof Long kind && cell.values().getLast() instanceof Long key) {
            indexSum += mixed(kind, key);
        }
    }

    private static void change(Cell cell) {
        if (!(cell.values().get(2) instanceof byte[] bytes && ChangeSet.isSound(bytes))) {
            throw new IllegalArgumentException("a change whose checksum is wrong");
        }
    }

    private static void chunk(Cell cell) {
        if (!(cell.values().getLast() instanceof byte[] payload && ChunkRow.isSound(payload))) {
            throw new IllegalArgumentException("a row of chunks whose checksum is wrong");
        }
    }

    private static void rollups(Cell cell) {
        if (!(cell.values().getLast() instanceof byte[] bytes && RollupDay.isSound(bytes))) {
            throw new IllegalArgumentException("a day of rollups whose checksum is wrong");
        }
    }

    /** Sums of these agree only when the index names just the rows that there are. */
    private static long mixed(long kind, long key) {
        long mixed = (kind * 0x9E3779B97F4A7C15L ^ key) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 31;
    }
}
