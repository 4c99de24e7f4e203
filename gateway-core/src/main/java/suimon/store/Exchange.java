package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * Puts a rewritten stretch in the place of what it was made from, in one short transaction of the
 * writer's thread, unless somebody stands in its middle by then.
 */
final class Exchange {
    private final LogWriter writer;
    private final LogState state;
    private final Garbage garbage;

    Exchange(LogWriter writer, LogState state, Garbage garbage) {
        this.writer = writer;
        this.state = state;
        this.garbage = garbage;
    }

    /**
     * What changes.
     *
     * @param sources neighbouring stretches that the new one takes the place of
     * @param series the times of its series for a stretch that has them in its row; empty otherwise
     * @param coverages what else is covered now, for those that have not
     * @param entries sequences of entries that go
     */
    record Order(
            Span by, List<Span> sources, byte[] series, Map<Integer, Coverage> coverages,
            List<Long> entries, ChangeSet changes) {}

    /** Returns false, and leaves everything as it is, when the stretch can't be had at present. */
    boolean execute(Order order) throws StoreFailed, InterruptedException {
        return writer.run(connection -> execute(connection, order));
    }

    private boolean execute(Connection connection, Order order) throws SQLException {
        Span by = order.by();
        boolean isChanged = state.retainedFrom() > by.first()
                || !state.spans().view().spans().containsAll(order.sources());
        if (isChanged || !state.pins().claim(by.first(), by.last(), state.standing().cursors().values())) {
            return false;
        }
        try {
            if (!order.entries().isEmpty()) {
                // The rows' own change sets must be in the totals before the rows go.
                writer.fold();
            }
            write(connection, order);
            state.standing().apply(order.changes());
            state.spans().replace(List.of(by));
            for (Span source : order.sources()) {
                if (source.isSealed()) {
                    garbage.add(source.chunkFirst(), source.chunkLast());
                }
            }
            return true;
        } finally {
            state.pins().end();
        }
    }

    private void write(Connection connection, Order order) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                deleteEntries(connection, order.entries());
                statement.execute("DELETE FROM span WHERE first BETWEEN "
                        + order.by().first() + " AND " + order.by().last());
                OpenSpan.insert(connection, order.by(), order.series());
                CoverageTable.add(connection, order.coverages());
                if (!order.sources().stream().allMatch(Span::isSealed)) {
                    Thinning.sealed(connection, order.by());
                }
                EntryTable.insertChange(connection, state.newest(), order.changes().toBytes());
                countGeneration(connection, state);
                statement.execute("COMMIT");
            } catch (SQLException failed) {
                LogWriter.rollBack(statement, failed);
                throw failed;
            }
        }
    }

    private static void deleteEntries(Connection connection, List<Long> entries) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM entry WHERE sequence = ?")) {
            for (long sequence : entries) {
                delete.setLong(1, sequence);
                delete.execute();
            }
        }
    }

    /** Within a transaction that changes what stretches hold: who reads must not mix old and new. */
    static void countGeneration(Connection connection, LogState state) throws SQLException {
        Retention.setMeta(connection, "newest", state.newest());
        Retention.setMeta(connection, "generation", state.spans().view().generation() + 1);
    }
}
