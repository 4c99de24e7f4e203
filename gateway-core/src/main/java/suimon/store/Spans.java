package suimon.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which stretches of the log hold readings of which time: one small row per {@link
 * OpenSpan#BATCHES_MAX} batches in place of an index per reading. Kept in memory as well (32 bytes
 * a span), so that a search by time reads only stretches that can hold something. Safe for many
 * threads.
 */
final class Spans {
    private static final int WIDTH = 4;

    private long[] table = new long[WIDTH * 64];
    private int count;

    /** A stretch of sequences. */
    record Range(long first, long last) {}

    static Spans load(Connection connection) throws SQLException {
        Spans spans = new Spans();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT first, last, time_min, time_max FROM span ORDER BY first")) {
            while (rows.next()) {
                spans.add(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getLong(4));
            }
        }
        return spans;
    }

    synchronized void add(long first, long last, long timeMin, long timeMax) {
        int at = count * WIDTH;
        if (at == table.length) {
            table = Arrays.copyOf(table, table.length * 2);
        }
        table[at] = first;
        table[at + 1] = last;
        table[at + 2] = timeMin;
        table[at + 3] = timeMax;
        count++;
    }

    /** Forgets spans that end before the sequence: retention has removed what they held. */
    synchronized void forgetBefore(long sequence) {
        int gone = 0;
        while (gone < count && table[gone * WIDTH + 1] < sequence) {
            gone++;
        }
        if (gone > 0) {
            System.arraycopy(table, gone * WIDTH, table, 0, (count - gone) * WIDTH);
            count -= gone;
        }
    }

    /** The last sequence that lies in a span; 0 when there is none. What follows is the tail. */
    synchronized long lastCovered() {
        return count == 0 ? 0 : table[(count - 1) * WIDTH + 1];
    }

    /**
     * Stretches that may hold readings measured in [from, to), oldest first, neighbours joined; the
     * tail is always the last.
     */
    synchronized List<Range> holding(long from, long to) {
        List<Range> ranges = new ArrayList<>();
        long first = -1;
        long last = -1;
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (table[at + 3] < from || table[at + 2] >= to) {
                continue;
            }
            if (first >= 0 && table[at] == last + 1) {
                last = table[at + 1];
                continue;
            }
            if (first >= 0) {
                ranges.add(new Range(first, last));
            }
            first = table[at];
            last = table[at + 1];
        }
        if (first >= 0) {
            ranges.add(new Range(first, last));
        }
        ranges.add(new Range(lastCovered() + 1, Long.MAX_VALUE));
        return ranges;
    }
}
