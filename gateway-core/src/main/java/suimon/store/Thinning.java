package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the sealed stretch to thin next. Per interval it stands in the log how far it has come, so
 * that nothing is rewritten twice; where it is interrupted it thins a stretch once more, which
 * changes nothing. For the sealing thread, but for {@link #keep}.
 */
final class Thinning {
    private static final String META = "thinned/";

    private final LogState state;
    private final AgeClock clock;
    private final LongPredicate isDelivered;
    private volatile List<Ages.Thin> wanted = List.of();

    Thinning(LogState state, AgeClock clock, LongPredicate isDelivered) {
        this.state = state;
        this.clock = clock;
        this.isDelivered = isDelivered;
    }

    /** A stretch and what becomes of it. */
    record Due(Span stretch, Ages.Thin thin) {}

    void keep(List<Ages.Thin> thin) {
        wanted = thin;
    }

    /** The oldest that is due; null when there is none. */
    @Nullable Due next(Connection connection) throws SQLException {
        // The coarsest first: what it has been at needs no finer interval any more.
        long done = 0;
        long now = clock.millis(connection);
        for (Ages.Thin thin : wanted.reversed()) {
            done = Math.max(done, reached(connection, thin));
            long before = now - thin.after().toMillis();
            for (Span span : state.spans().view().spans()) {
                boolean isDue = span.isSealed() && span.last() > done
                        && span.first() >= state.retainedFrom()
                        && span.committed() > 0 && span.committed() < before;
                if (isDue) {
                    // What a required destination still waits for stays whole, and all that is younger.
                    if (isDelivered.test(span.last())) {
                        return new Due(span, thin);
                    }
                    break;
                }
            }
        }
        return null;
    }

    /** It is thinned; on the writer's thread. */
    static void note(Connection connection, Due due) throws SQLException {
        Retention.setMeta(connection, nameOf(due.thin()), due.stretch().last());
    }

    /**
     * It was sealed just now, maybe after its neighbours were thinned: all goes on from its begin. What was thinned
     * already is rewritten once more, which changes nothing. On the writer's thread, within its transaction.
     */
    static void sealed(Connection connection, Span stretch) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE meta SET value = " + (stretch.first() - 1) + " WHERE name GLOB '" + META
                    + "*' AND value >= " + stretch.first());
        }
    }

    private static long reached(Connection connection, Ages.Thin thin) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Database.single(
                    statement, "SELECT value FROM meta WHERE name = '" + nameOf(thin) + "'");
        }
    }

    private static String nameOf(Ages.Thin thin) {
        return META + thin.interval();
    }
}
