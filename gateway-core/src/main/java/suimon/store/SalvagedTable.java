package suimon.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes what was found of one table into the new file, when it is what that table may hold. */
final class SalvagedTable implements AutoCloseable {
    private final String name;
    private final boolean isTable;
    private final List<Column> columns;
    private final PreparedStatement insert;
    private final EntryCodec codec = new EntryCodec();
    private final long keepFrom;
    private boolean isWhole = true;
    private boolean isSound = true;

    /**
     * @param type as declared; empty for any
     * @param hasDefault a column added later, with 0 in older rows
     */
    private record Column(String name, String type, int keyOrder, boolean hasDefault) {}

    /** @param keepFrom history before it is left behind, for want of room */
    SalvagedTable(Connection to, String name, boolean isTable, long keepFrom) throws SQLException {
        this.name = name;
        this.isTable = isTable;
        this.keepFrom = keepFrom;
        columns = columnsOf(to, name, isTable);
        List<String> names = columns.stream().map(Column::name).toList();
        insert = to.prepareStatement("INSERT OR IGNORE INTO " + name + "(" + String.join(",", names)
                + ") VALUES(?" + ",?".repeat(names.size() - 1) + ")");
    }

    /** In the order of the record: a table without rowids has its key first. */
    private static List<Column> columnsOf(Connection to, String table, boolean isTable) throws SQLException {
        List<Column> keys = new ArrayList<>();
        List<Column> others = new ArrayList<>();
        try (Statement statement = to.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
            while (rows.next()) {
                Column column = new Column(rows.getString(2), rows.getString(3), rows.getInt(6),
                        rows.getString(5) != null);
                (column.keyOrder() > 0 && !isTable ? keys : others).add(column);
            }
        }
        keys.sort(java.util.Comparator.comparingInt(Column::keyOrder));
        keys.addAll(others);
        return keys;
    }

    boolean isTable() {
        return isTable;
    }

    /** Whether every page of it could be read. */
    boolean isWhole() {
        return isWhole;
    }

    /** Whether every record of it was taken. */
    boolean isSound() {
        return isSound;
    }

    void broken() {
        isWhole = false;
    }

    /** Whether a record from nowhere can be this table's. */
    boolean fits(Cell cell) {
        int found = cell.values().size();
        if (found > columns.size() || found < columns.size() && !columns.get(found).hasDefault()) {
            return false;
        }
        for (int index = 0; index < found; index++) {
            Object value = cell.values().get(index);
            boolean isRight = switch (columns.get(index).type()) {
                case "INTEGER" -> value == null || value instanceof Long;
                case "TEXT" -> value instanceof String;
                case "BLOB" -> value == null || value instanceof byte[];
                default -> true;
            };
            if (!isRight) {
                return false;
            }
        }
        return true;
    }

    /** IllegalArgumentException when it can't be the table's or its content is damaged. */
    void take(Cell cell) throws IOException {
        List<@Nullable Object> values = new ArrayList<>(cell.values());
        if (!fits(cell) || !isSound(values)) {
            isSound = false;
            throw new IllegalArgumentException("not a record of " + name);
        }
        while (values.size() < columns.size()) {
            values.add(0L);
        }
        boolean isLeftBehind = name.equals("entry") && cell.key() < keepFrom
                && EntryKind.ofCode(((Long) java.util.Objects.requireNonNull(values.get(1))).intValue())
                        .keeping() == EntryKind.Keeping.HISTORY;
        if (isLeftBehind) {
            return;
        }
        try {
            for (int index = 0; index < columns.size(); index++) {
                boolean isRowid = isTable && columns.get(index).keyOrder() > 0;
                insert.setObject(index + 1, isRowid ? Long.valueOf(cell.key()) : values.get(index));
            }
            insert.execute();
        } catch (SQLException failed) {
            throw new IOException("writing the salvaged table " + name + ": " + failed.getMessage(), failed);
        }
    }

    /** Holds what has a checksum or a form against it; damaged changes are left out of their row. */
    private boolean isSound(List<@Nullable Object> values) {
        // What is made of the bytes may throw, which says the same.
        return switch (name) {
            case "entry" -> isSoundEntry(values);
            case "change" -> values.get(2) instanceof byte[] bytes && ChangeSet.isSound(bytes);
            case "book" -> values.get(2) instanceof byte[] bytes && isCounts(new ByteReader(bytes));
            case "chunk" -> isSoundChunks(values);
            case "coverage" -> values.get(1) instanceof byte[] bytes && isReadable(Coverage.of(bytes));
            case "span" -> values.get(5) instanceof byte[] bytes && isReadable(OpenSpan.seriesOf(bytes));
            case "rollup" -> values.get(4) instanceof byte[] bytes
                    && RollupBlock.of(0, 0, 0, 0, bytes).series == 0;
            case "rollup_day" -> values.get(1) instanceof byte[] && values.get(2) instanceof byte[] bytes
                    && RollupDay.isSound(bytes);
            case "meta" -> !"rollup".equals(values.get(0)) || values.get(1) instanceof byte[] bytes
                    && RollupTable.Standing.of(bytes).position() >= 0;
            default -> true;
        };
    }

    private boolean isSoundEntry(List<@Nullable Object> values) {
        if (!(values.get(1) instanceof Long kind) || !(values.get(6) instanceof byte[] payload)) {
            return false;
        }
        if (values.get(5) instanceof byte[] changes && !ChangeSet.isSound(changes)) {
            values.set(5, null);
        }
        return codec.isSound(kind.intValue(), payload, null);
    }

    /** What can be made of it is enough: making it throws when it is damaged. */
    private static boolean isReadable(Object made) {
        return made != null;
    }

    /** A damaged chunk is left out of its row; a row without any is lost. */
    private static boolean isSoundChunks(List<@Nullable Object> values) {
        if (!(values.get(4) instanceof byte[] payload)) {
            return false;
        }
        if (ChunkRow.isSound(payload)) {
            return true;
        }
        byte[] rest = ChunkRow.soundParts(payload);
        values.set(4, rest);
        return rest != null;
    }

    private static boolean isCounts(ByteReader counts) {
        while (counts.remaining() > 0) {
            counts.getSigned();
        }
        return true;
    }

    @Override
    public void close() throws SQLException {
        insert.close();
    }
}
