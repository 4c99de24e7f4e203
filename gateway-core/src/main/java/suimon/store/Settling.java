package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.Series;

/**
 * Gives the readings of a stretch that is being sealed their final grades, by what it and all other
 * sealed stretches hold around them. Readings of those that got new neighbours by late data, or whose
 * next one was not known yet, are regraded by entries. So whichever of two neighbours is sealed last
 * settles both: what is sealed has the grades that the tests give to all that is sealed.
 */
final class Settling {
    /** Pieces of one series far apart in time that are looked at by themselves; the last takes the rest. */
    static final int PIECES_MAX = 16;
    /** Earlier readings looked at around a piece at most, the oldest first. */
    static final int AROUND_MAX = 1 << 18;
    /** How often more of the log is looked at, each time four times as much. */
    private static final int ROUNDS_MAX = 12;
    private static final long WIDTH_NANOS_MIN = 10_000_000_000L;
    private static final long WIDTH_NANOS_MAX = 10 * 365 * 86_400_000_000_000L;

    private final Connection connection;
    private final LogState state;
    private final FinalGrades grades;
    private final EntryCodec entries = new EntryCodec();
    private final ChunkCodec chunks = new ChunkCodec();
    private final long first;
    private final long last;
    private final boolean isBehind;
    private final OtherReadings others;
    private final Map<Place, Entry.Regrade> regrades = new LinkedHashMap<>();
    /** What earlier runs of the same stretch hold, by series; only until the last run. */
    private final Map<Integer, Readings> earlierRuns = new HashMap<>();
    private long timeMin = Long.MAX_VALUE;
    private long timeMax = Long.MIN_VALUE;

    /** What was said since, that a reader will find: of what is regraded again and again the last counts. */
    private final Regraded later;

    /** @param first the first sequence of the stretch; likewise last */
    Settling(Connection connection, LogState state, FinalGrades grades, long first, long last)
            throws SQLException {
        this.later = grades == FinalGrades.AS_THEY_CAME ? new Regraded()
                : Regraded.read(connection, last + 1, Long.MAX_VALUE, sequence -> sequence);
        this.connection = connection;
        this.state = state;
        this.others = new OtherReadings(connection, state);
        this.grades = grades;
        this.first = first;
        this.last = last;
        boolean isAnyAfter = false;
        for (Span span : state.spans().view().spans()) {
            if (isOther(span)) {
                timeMin = Math.min(timeMin, span.timeMin());
                timeMax = Math.max(timeMax, span.timeMax());
                isAnyAfter |= span.first() > last;
            }
        }
        isBehind = isAnyAfter;
    }

    private boolean isOther(Span span) {
        return span.isSealed() && (span.last() < first || span.first() > last);
    }

    /** New grades of readings sealed earlier, as far as found until now. */
    List<Entry> regrades() {
        return List.copyOf(regrades.values());
    }

    private record Place(int series, long time) {}

    /**
     * The rows of one series by time with their final grades.
     *
     * @param regraded what was said of earlier readings within the stretch
     * @param hasMoreRuns whether more readings of the stretch follow under another clock
     */
    Readings settle(Readings sorted, Regraded regraded, boolean hasMoreRuns) throws SQLException, StoreFailed {
        Series series = state.names().find(sorted.series(0));
        if (series != null) {
            settleDependents(series, sorted);
        }
        long reach = series == null ? 0 : grades.reachNanos(series);
        if (series == null || reach <= 0) {
            return sorted;
        }
        Found found = new Found(sorted.size());
        long width = Math.max(reach, WIDTH_NANOS_MIN);
        int pieces = 1;
        int from = 0;
        for (int row = 1; row <= sorted.size(); row++) {
            boolean isFar = row < sorted.size() && pieces < PIECES_MAX
                    && sorted.measured(row) - sorted.measured(row - 1) > 4 * width;
            if (isFar || row == sorted.size()) {
                piece(new Piece(series, sorted, from, row, width), regraded, found);
                from = row;
                pieces++;
            }
        }
        Readings graded = with(sorted, found);
        if (hasMoreRuns) {
            // As they are written: what changes them again is told by an entry.
            earlierRuns.merge(series.id(), graded, Settling::joined);
            timeMin = Math.min(timeMin, sorted.measured(0));
            timeMax = Math.max(timeMax, sorted.measured(sorted.size() - 1));
        }
        return graded;
    }

    /** Other stretches' readings of series whose tests look at this one, where they may find it now. */
    private void settleDependents(Series series, Readings sorted) throws SQLException, StoreFailed {
        for (Map.Entry<String, Long> each : grades.dependents(series).entrySet()) {
            Series dependent = state.names().named(each.getKey());
            long from = sorted.measured(0) - each.getValue();
            long to = sorted.measured(sorted.size() - 1) + each.getValue() + 1;
            if (dependent != null && others.hasSealed(dependent.id(), from, to, this::isOther)) {
                settleAgain(dependent, from, to);
            }
        }
    }

    private void settleAgain(Series series, long from, long to) throws SQLException, StoreFailed {
        long reach = Math.max(grades.reachNanos(series), WIDTH_NANOS_MIN);
        Readings all = Readings.empty();
        boolean isEnough = false;
        for (int round = 1; !isEnough && round <= ROUNDS_MAX; round++) {
            all = others.read(series.id(), from - reach, to + reach);
            isEnough = grades.isEnoughBefore(series, all, firstFrom(all, from))
                    && grades.isEnoughAfter(series, all, firstFrom(all, to));
            reach = Math.min(4 * reach, WIDTH_NANOS_MAX);
        }
        Readings rows = all;
        Readings sealed = others.readSealed(series.id(), from, to, this::isOther);
        int[] next = {0};
        grades.grade(series, rows, others(rows), (row, grade, tests) -> {
            long time = rows.measured(row);
            while (next[0] + 1 < sealed.size() && sealed.measured(next[0] + 1) <= time) {
                next[0]++;
            }
            boolean isSealed = next[0] < sealed.size() && sealed.measured(next[0]) == time;
            Place place = new Place(series.id(), time);
            Entry.Regrade said = regrades.get(place);
            if (isSealed && !isKnown(rows, row, said, grade, tests)) {
                regrades.put(place, new Entry.Regrade(series.id(), time, grade, QualityTest.names(tests)));
            }
        });
    }

    private FinalGrades.Others others(Readings around) {
        return (name, within) -> {
            Series other = state.names().named(name);
            return other == null || around.size() == 0 ? Readings.empty() : others.show(other.id(),
                    around.measured(0) - within, around.measured(around.size() - 1) + within + 1);
        };
    }

    private record Piece(Series series, Readings rows, int from, int to, long width) {
        long start() {
            return rows.measured(from);
        }

        long end() {
            return rows.measured(to - 1);
        }

        boolean holds(int row) {
            return row >= from && row < to;
        }
    }

    private void piece(Piece piece, Regraded regraded, Found found) throws SQLException, StoreFailed {
        Around around = surroundings(piece, regraded);
        Readings all = around.rows();
        int start = firstFrom(all, piece.start());
        Readings rows = piece.rows();
        int[] next = {0};
        grades.grade(piece.series(), all, others(all), (row, grade, tests) -> {
            long time = all.measured(row);
            // Rows of equal times are revisions: the last one is the one that counts.
            while (next[0] + 1 < rows.size() && rows.measured(next[0] + 1) <= time) {
                next[0]++;
            }
            boolean isInside = rows.measured(next[0]) == time;
            boolean isHeld = isInside && piece.holds(next[0]);
            if (isHeld) {
                found.put(next[0], grade, tests);
                regraded.settled(piece.series().id(), time, grade, tests);
            }
            Place place = new Place(piece.series().id(), time);
            // What an earlier run of the stretch led to may not hold any more.
            Entry.Regrade said = regrades.get(place);
            boolean isTold = !isInside || said != null
                    || isHeld && (isBehind || later.hasWithin(piece.series().id(), time, time));
            boolean isDecided = row >= start - 1 && (around.isToTheEnd() || row < all.size() - 1);
            if (isTold && isDecided && !isKnown(all, row, said, grade, tests)) {
                regrades.put(place,
                        new Entry.Regrade(piece.series().id(), time, grade, QualityTest.names(tests)));
            }
        });
    }

    /** Readings from before tests were kept are not graded again for those alone. */
    private static boolean isKnown(
            Readings all, int row, Entry.@Nullable Regrade said, Grade grade, int tests) {
        Grade known = said == null ? all.grade(row) : said.grade();
        int because = said == null ? all.tests(row) : said.tests();
        return known == grade && (because == 0 || because == tests);
    }

    /**
     * The rows of a piece with enough of what is sealed around them, by time.
     *
     * @param isToTheEnd whether nothing sealed comes after
     */
    private record Around(Readings rows, boolean isToTheEnd) {}

    private Around surroundings(Piece piece, Regraded regraded) throws SQLException {
        long back = piece.width();
        long newest = Math.max(timeMax, piece.rows().measured(piece.rows().size() - 1));
        long ahead = newest > piece.end() ? piece.width() : 0;
        for (int round = 1; ; round++) {
            long timeFrom = piece.start() - back;
            long timeTo = piece.end() + ahead + 1;
            TimeSorted sorted = new TimeSorted(AROUND_MAX);
            readSealed(piece.series().id(), timeFrom, timeTo, sorted, false);
            Readings earlier = earlierRuns.getOrDefault(piece.series().id(), Readings.empty());
            LogReader.visitRows(first, earlier, piece.series().id(), timeFrom, timeTo, sorted);
            regraded.show(piece.series().id(), sorted);
            LogReader.visitRows(first, piece.rows(), piece.series().id(), timeFrom, timeTo, sorted);
            later.show(piece.series().id(), sorted);
            readSealed(piece.series().id(), timeFrom, timeTo, sorted, true);
            Readings all = sorted.toReadings();
            boolean isToTheEnd = timeTo > newest;
            boolean isEnoughBefore = timeFrom <= allFrom(piece)
                    || grades.isEnoughBefore(piece.series(), all, firstFrom(all, piece.start()));
            boolean isEnoughAfter = isToTheEnd
                    || grades.isEnoughAfter(piece.series(), all, firstFrom(all, piece.end() + 1));
            if (isEnoughBefore && isEnoughAfter || round == ROUNDS_MAX) {
                return new Around(all, isToTheEnd);
            }
            back = isEnoughBefore ? back : Math.min(4 * back, WIDTH_NANOS_MAX);
            ahead = isEnoughAfter ? ahead : Math.min(4 * ahead, WIDTH_NANOS_MAX);
        }
    }

    /** Nothing of the series that may be read was measured earlier. */
    private long allFrom(Piece piece) {
        return Math.min(timeMin, piece.rows().measured(0));
    }

    private void readSealed(int series, long from, long to, TimeSorted into, boolean isAfter)
            throws SQLException {
        TimeScan scan = new TimeScan(connection, state, entries, chunks, from, to);
        try (ReadTransaction snapshot = ReadTransaction.begin(connection, state.spans())) {
            for (Span span : snapshot.view().holding(from, to)) {
                if (isOther(span) && span.first() > last == isAfter) {
                    scan.visitSeries(span, List.of(series), LogReader.rowsOf(series, from, to, into));
                }
            }
        }
    }

    private static int firstFrom(Readings byTime, long time) {
        int low = 0;
        int high = byTime.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byTime.measured(middle) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static Readings joined(Readings before, Readings after) {
        Readings.Builder all = new Readings.Builder(before.size() + after.size());
        all.addRows(before, 0, before.size());
        all.addRows(after, 0, after.size());
        return all.build();
    }

    /** The final grades of rows, as far as they have any. */
    private static final class Found {
        private final @Nullable Grade[] grades;
        private final int[] tests;

        Found(int rows) {
            grades = new @Nullable Grade[rows];
            tests = new int[rows];
        }

        void put(int row, Grade grade, int ofTests) {
            grades[row] = grade;
            tests[row] = ofTests;
        }

        boolean isAsIn(Readings rows, int row) {
            return grades[row] == null || grades[row] == rows.grade(row) && tests[row] == rows.tests(row);
        }
    }

    private static Readings with(Readings rows, Found found) {
        boolean isSame = true;
        for (int row = 0; row < rows.size() && isSame; row++) {
            isSame = found.isAsIn(rows, row);
        }
        if (isSame) {
            return rows;
        }
        Readings.Builder graded = new Readings.Builder(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            Grade grade = found.grades[row];
            if (grade == null) {
                graded.addRow(rows, row);
            } else {
                graded.addRow(rows, row, grade, found.tests[row]);
            }
        }
        return graded.build();
    }
}
