package suimon.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Which stretches of the log hold readings of which time: one small row per stretch in place of an
 * index per reading, kept in memory as well, so that a search by time reads only stretches that can
 * hold something. Safe for many threads: who reads takes a {@link View}, which never changes.
 */
final class Spans {
    private static final String COLUMNS = "first, last, time_min, time_max, rows, level, chunk_first,"
            + " chunk_last, regrades, committed";

    private volatile View view;

    private Spans(View view) {
        this.view = view;
    }

    /**
     * All stretches, oldest first, neighbours without a gap between them.
     *
     * @param generation counts how often stretches were rewritten; the file has it too, so that a
     *     reader can tell whether a view belongs to the snapshot it reads
     */
    record View(long generation, List<Span> spans) {
        View {
            spans = List.copyOf(spans);
        }

        /** The last sequence that lies in a stretch; 0 when there is none. What follows is the tail. */
        long lastCovered() {
            return spans.isEmpty() ? 0 : spans.getLast().last();
        }

        /** The last sequence that lies in a sealed stretch; 0 when there is none. */
        long lastSealed() {
            for (int index = spans.size() - 1; index >= 0; index--) {
                if (spans.get(index).isSealed()) {
                    return spans.get(index).last();
                }
            }
            return 0;
        }

        /** Sealed stretches with sequences after this one, oldest first. */
        List<Span> sealedAfter(long sequence) {
            List<Span> found = new ArrayList<>();
            for (int index = indexOf(sequence + 1); index < spans.size(); index++) {
                if (spans.get(index).isSealed()) {
                    found.add(spans.get(index));
                }
            }
            return found;
        }

        /** How many of the sequences between the two, both excluded, lie in sealed stretches. */
        long sealedBetween(long after, long before) {
            long sum = 0;
            for (int index = indexOf(after + 1); index < spans.size(); index++) {
                Span span = spans.get(index);
                if (span.first() >= before) {
                    break;
                }
                if (span.isSealed()) {
                    sum += Math.min(span.last(), before - 1) - Math.max(span.first(), after + 1) + 1;
                }
            }
            return sum;
        }

        /**
         * Stretches that may hold something about [from, to), oldest first; neighbours that are not
         * sealed are joined into one, and the tail is always the last.
         */
        List<Span> holding(long from, long to) {
            List<Span> found = new ArrayList<>();
            for (Span span : spans) {
                if (!span.mayHold(from, to)) {
                    continue;
                }
                Span before = found.isEmpty() || span.isSealed() ? null : found.getLast();
                if (before != null && !before.isSealed() && before.last() + 1 == span.first()) {
                    found.set(found.size() - 1, Span.anything(before.first(), span.last()));
                } else {
                    found.add(span);
                }
            }
            found.add(Span.anything(lastCovered() + 1, Long.MAX_VALUE));
            return found;
        }

        /** The index of the first stretch that ends at or after the sequence. */
        private int indexOf(long sequence) {
            int low = 0;
            int high = spans.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (spans.get(middle).last() < sequence) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    static Spans load(Connection connection) throws SQLException {
        List<Span> spans = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            long generation = generation(statement);
            try (ResultSet rows =
                    statement.executeQuery("SELECT " + COLUMNS + " FROM span ORDER BY first")) {
                while (rows.next()) {
                    spans.add(new Span(rows.getLong(1), rows.getLong(2), rows.getLong(3),
                            rows.getLong(4), rows.getLong(5), rows.getInt(6), rows.getLong(7),
                            rows.getLong(8), rows.getLong(9), rows.getLong(10)));
                }
            }
            return new Spans(new View(generation, spans));
        }
    }

    static long generation(Statement statement) throws SQLException {
        return Database.single(statement, "SELECT value FROM meta WHERE name = 'generation'");
    }

    View view() {
        return view;
    }

    long lastCovered() {
        return view.lastCovered();
    }

    synchronized void add(Span span) {
        List<Span> spans = new ArrayList<>(view.spans());
        spans.add(span);
        view = new View(view.generation(), spans);
    }

    /** All stretches within the new ones, which are neighbours, give way to them. */
    synchronized void replace(List<Span> by) {
        List<Span> spans = new ArrayList<>();
        boolean isPlaced = false;
        for (Span span : view.spans()) {
            if (span.last() < by.getFirst().first() || span.first() > by.getLast().last()) {
                spans.add(span);
            } else if (!isPlaced) {
                spans.addAll(by);
                isPlaced = true;
            }
        }
        view = new View(view.generation() + 1, spans);
    }

    /** Forgets stretches that end before the sequence: retention has removed what they held. */
    synchronized void forgetBefore(long sequence) {
        List<Span> spans = new ArrayList<>(view.spans());
        if (spans.removeIf(span -> span.last() < sequence)) {
            view = new View(view.generation() + 1, spans);
        }
    }
}
