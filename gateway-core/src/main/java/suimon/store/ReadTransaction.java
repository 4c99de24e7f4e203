package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One snapshot of the file together with the view of its stretches that belongs to it. Not to be
 * begun within another on the same connection.
 */
final class ReadTransaction implements AutoCloseable {
    private final Statement statement;
    private final Spans.View view;

    private ReadTransaction(Statement statement, Spans.View view) {
        this.statement = statement;
        this.view = view;
    }

    static ReadTransaction begin(Connection connection, Spans spans) throws SQLException {
        Statement statement = connection.createStatement();
        try {
            while (true) {
                Spans.View view = spans.view();
                statement.execute("BEGIN");
                if (Spans.generation(statement) == view.generation()) {
                    return new ReadTransaction(statement, view);
                }
                // Memory follows the file at once after a commit.
                statement.execute("ROLLBACK");
                Thread.onSpinWait();
            }
        } catch (SQLException failed) {
            statement.close();
            throw failed;
        }
    }

    Spans.View view() {
        return view;
    }

    @Override
    public void close() throws SQLException {
        try (statement) {
            statement.execute("ROLLBACK");
        }
    }
}
