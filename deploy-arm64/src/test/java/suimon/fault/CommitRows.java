package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.reading.Series;
import suimon.store.Books;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/**
 * Which rows of the commits of {@link LogSubject} a log holds.
 *
 * @param rows by the commit's number
 * @param wrong rows that are there twice, in another series or with another value
 * @param description what failures begin with
 */
record CommitRows(Map<Long, BitSet> rows, List<String> wrong, String description) {
    static CommitRows read(Log log, LogReader reader, String description) throws StoreFailed {
        CommitRows found = new CommitRows(new HashMap<>(), new ArrayList<>(), description);
        for (Series series : log.allSeries()) {
            if (LogSubject.isOne(series)) {
                reader.visit(series.id(), Long.MIN_VALUE, Long.MAX_VALUE, (sequence, readings, row) -> {
                    found.add(series, readings.measured(row) / 1_000_000_000L, (long) readings.asDouble(row));
                    return true;
                });
            }
        }
        assertThat(found.wrong).as(description).isEmpty();
        return found;
    }

    private void add(Series series, long second, long value) {
        long number = second / LogSubject.SECONDS_APART;
        int row = (int) (second % LogSubject.SECONDS_APART);
        BitSet there = rows.computeIfAbsent(number, key -> new BitSet());
        if (there.get(row)) {
            wrong.add("twice: row " + row + " of commit " + number);
        }
        if (!series.name().equals(LogSubject.nameOf(number)) || value != LogSubject.value(number, row)) {
            wrong.add(series.name() + " has " + value + " as row " + row + " of commit " + number);
        }
        there.set(row);
    }

    long oldest() {
        return rows.keySet().stream().mapToLong(Long::longValue).min().orElse(1);
    }

    /** Every commit from that one on is there with all its rows. */
    void checkWhole(long oldest, long newest) {
        checkRange(newest);
        for (long number = oldest; number <= newest; number++) {
            BitSet all = new BitSet();
            all.set(0, LogSubject.rows(number));
            assertThat(rows.get(number)).as("%s: rows of commit %d", description, number).isEqualTo(all);
        }
    }

    /**
     * Of every interval there is at least the first and the last row, the least and the greatest too since values
     * grow; and per series as many rows are missing as the books have as thinned.
     *
     * @param coarsest the longest interval that is thinned to
     */
    void checkThinned(Duration coarsest, long newest, Log log) {
        checkRange(newest);
        Map<String, Long> missing = new HashMap<>();
        for (long number = 1; number <= newest; number++) {
            BitSet there = rows.getOrDefault(number, new BitSet());
            BitSet gone = kept(number, coarsest.toSeconds());
            gone.andNot(there);
            assertThat(gone.stream().boxed()).as("%s: thinning keeps these rows of commit %d; of it there are %s",
                    description, number, there).isEmpty();
            missing.merge(LogSubject.nameOf(number), (long) LogSubject.rows(number) - there.cardinality(), Long::sum);
        }
        Map<Integer, Books.SeriesBook> books = log.books().series();
        for (Series series : log.allSeries()) {
            Books.SeriesBook book = books.getOrDefault(series.id(), new Books.SeriesBook(0, 0, 0, 0, 0));
            assertThat(book.thinned()).as("%s: thinned of %s by %s", description, series.name(), book)
                    .isEqualTo(missing.getOrDefault(series.name(), 0L));
        }
    }

    private void checkRange(long newest) {
        assertThat(rows.keySet()).as("%s: newest is %d", description, newest)
                .allMatch(number -> number >= 1 && number <= newest);
        rows.forEach((number, there) -> assertThat(there.length()).as("%s: rows of commit %d", description, number)
                .isLessThanOrEqualTo(LogSubject.rows(number)));
    }

    private static BitSet kept(long number, long seconds) {
        BitSet kept = new BitSet();
        int last = LogSubject.rows(number) - 1;
        for (int row = 0; row <= last; row++) {
            long interval = LogSubject.second(number, row) / seconds;
            boolean isFirst = row == 0 || LogSubject.second(number, row - 1) / seconds != interval;
            boolean isLast = row == last || LogSubject.second(number, row + 1) / seconds != interval;
            kept.set(row, isFirst || isLast);
        }
        return kept;
    }
}
