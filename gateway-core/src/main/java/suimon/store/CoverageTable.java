package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * What times there are readings of, per series, so that the log opens without reading its stretches:
 * short stretches have it in their own rows; it moves here when they are merged into longer ones.
 */
final class CoverageTable {
    /** Stretches of a level below have the times of their series in their own rows. */
    static final int FROM_LEVEL = 2;

    private CoverageTable() {}

    /** Shows everything but the tail. */
    static void visit(Connection connection, LogReader.RangeVisitor visitor) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT series, intervals FROM coverage")) {
                while (rows.next()) {
                    int series = rows.getInt(1);
                    Coverage.of(rows.getBytes(2))
                            .visit((from, to) -> visitor.visit(series, from, to));
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "SELECT first, series FROM span WHERE level < " + FROM_LEVEL + " ORDER BY first")) {
                while (rows.next()) {
                    OpenSpan.seriesOf(rows.getBytes(2)).forEach(
                            (series, range) -> visitor.visit(series, range[0], range[1]));
                }
            }
        }
    }

    /** The coverage of the series in the stretches that are to be merged, with what is there already. */
    static Map<Integer, Coverage> merged(Connection connection, long first, long last)
            throws SQLException {
        Map<Integer, Coverage> merged = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT series FROM span"
                + " WHERE first BETWEEN ? AND ? AND level < " + FROM_LEVEL + " ORDER BY first")) {
            query.setLong(1, first);
            query.setLong(2, last);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    for (var range : OpenSpan.seriesOf(rows.getBytes(1)).entrySet()) {
                        Coverage known = merged.get(range.getKey());
                        if (known == null) {
                            known = find(connection, range.getKey());
                            merged.put(range.getKey(), known);
                        }
                        known.add(range.getValue()[0], range.getValue()[1]);
                    }
                }
            }
        }
        return merged;
    }

    /** Writes them with what has come into the table since they were read from it. */
    static void add(Connection connection, Map<Integer, Coverage> coverages) throws SQLException {
        Map<Integer, Coverage> joined = new TreeMap<>();
        for (var coverage : coverages.entrySet()) {
            Coverage known = find(connection, coverage.getKey());
            coverage.getValue().visit(known::add);
            joined.put(coverage.getKey(), known);
        }
        write(connection, joined);
    }

    static void write(Connection connection, Map<Integer, Coverage> coverages) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                "INSERT OR REPLACE INTO coverage(series, intervals) VALUES(?, ?)")) {
            for (var coverage : coverages.entrySet()) {
                write.setInt(1, coverage.getKey());
                write.setBytes(2, coverage.getValue().toBytes());
                write.execute();
            }
        }
    }

    private static Coverage find(Connection connection, int series) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT intervals FROM coverage WHERE series = ?")) {
            query.setInt(1, series);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Coverage.of(rows.getBytes(1)) : new Coverage();
            }
        }
    }
}
