package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import suimon.reading.Entry;

/**
 * A stretch that is not sealed becomes several, so that who stands in its middle stands at an end,
 * and what lies before and behind him can be sealed. No entry changes, only the index of stretches.
 *
 * @param stretch to be cut
 * @param ends sequences in its middle after which a part ends
 */
record Cut(Span stretch, NavigableSet<Long> ends) {

    /** Whether it was done: not when the stretch is not there any more as it was. */
    boolean execute(Connection reader, LogWriter writer, LogState state)
            throws SQLException, StoreFailed, InterruptedException {
        List<OpenSpan> parts = parts(reader);
        return writer.run(connection -> {
            boolean isThere = state.retainedFrom() <= stretch.first()
                    && state.spans().view().spans().contains(stretch);
            if (isThere) {
                write(connection, parts, state);
                state.spans().replace(parts.stream().map(OpenSpan::toSpan).toList());
            }
            return isThere;
        });
    }

    /** As they would have been had the log closed a stretch at each of the places. */
    private List<OpenSpan> parts(Connection reader) throws SQLException {
        List<OpenSpan> parts = new ArrayList<>();
        long first = stretch.first();
        for (long end : ends) {
            parts.add(part(reader, first, end));
            first = end + 1;
        }
        parts.add(part(reader, first, stretch.last()));
        return parts;
    }

    private OpenSpan part(Connection reader, long first, long last) throws SQLException {
        OpenSpan part = new OpenSpan(first);
        EntryCodec codec = new EntryCodec();
        try (PreparedStatement query = reader.prepareStatement("SELECT sequence, kind, payload FROM entry"
                + " WHERE sequence BETWEEN ? AND ? AND kind IN (1, 13) ORDER BY sequence")) {
            query.setLong(1, first);
            query.setLong(2, last);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    add(rows.getLong(1), rows.getInt(2), rows.getBytes(3), codec, part);
                }
            }
        }
        part.pass(last);
        return part;
    }

    private static void add(long sequence, int kind, byte[] payload, EntryCodec codec, OpenSpan part) {
        Entry entry;
        try {
            entry = codec.decode(EntryKind.ofCode(kind), payload);
        } catch (IllegalArgumentException damage) {
            // Who reads it says so; nothing of it can be found by its time.
            return;
        }
        if (entry instanceof Entry.Batch batch) {
            part.add(sequence, batch.readings());
        } else if (entry instanceof Entry.Regrade regrade) {
            part.addTime(sequence, regrade.measuredNanos());
        }
    }

    private void write(Connection connection, List<OpenSpan> parts, LogState state) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                statement.execute("DELETE FROM span WHERE first = " + stretch.first());
                for (OpenSpan part : parts) {
                    part.insert(connection, stretch.committed());
                }
                Exchange.countGeneration(connection, state);
                statement.execute("COMMIT");
            } catch (SQLException failed) {
                LogWriter.rollBack(statement, failed);
                throw failed;
            }
        }
    }
}
