package suimon.backhaul;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.ValueType;

/** Readings as SeriesReadings messages: columns per series, lossless in type and order. Pure. */
final class ReadingsWire {
    /** A content holds no more rows; the hub refuses one that says otherwise. */
    static final int ROWS_MAX = 1 << 20;

    private ReadingsWire() {}

    static List<byte[]> write(Readings readings) {
        Map<Integer, List<Integer>> rowsOfSeries = new LinkedHashMap<>();
        for (int row = 0; row < readings.size(); row++) {
            rowsOfSeries.computeIfAbsent(readings.series(row), series -> new ArrayList<>()).add(row);
        }
        List<byte[]> messages = new ArrayList<>();
        rowsOfSeries.forEach((series, rows) -> messages.add(write(readings, series, rows)));
        return messages;
    }

    private static byte[] write(Readings readings, int series, List<Integer> rows) {
        int first = rows.getFirst();
        WireWriter out = new WireWriter().unsigned(1, series);
        differences(out, 2, rows, 0, readings::measured);
        differences(out, 3, rows, readings.measured(first), readings::received);
        column(out, 4, rows, false, row -> readings.type(row).code());
        column(out, 5, rows, true, readings::scale);
        column(out, 6, rows, false, row -> readings.grade(row).flag());
        column(out, 7, rows, false, row -> Integer.toUnsignedLong(readings.status(row)));
        column(out, 8, rows, false, row -> readings.origin(row).ordinal());
        values(out, readings, rows);
        column(out, 13, rows, false, readings::testsBesideStatus);
        return out.toBytes();
    }

    private static void values(WireWriter out, Readings readings, List<Integer> rows) {
        out.packed(9, doubles -> rows.stream()
                .filter(row -> readings.type(row) == ValueType.FLOAT64)
                .forEach(row -> doubles.bits64(readings.bits(row))));
        out.packed(10, floats -> rows.stream()
                .filter(row -> readings.type(row) == ValueType.FLOAT32)
                .forEach(row -> floats.bits32((int) readings.bits(row))));
        out.packed(11, integers -> rows.stream()
                .filter(row -> isInteger(readings.type(row)))
                .forEach(row -> integers.signed(readings.bits(row))));
        rows.stream()
                .filter(row -> readings.type(row) == ValueType.TEXT)
                .forEach(row -> out.element(12, readings.textOf(row)));
    }

    private static boolean isInteger(ValueType type) {
        return switch (type) {
            case INT64, UINT64, DECIMAL, BOOLEAN -> true;
            case NONE, FLOAT64, FLOAT32, TEXT -> false;
        };
    }

    private static void differences(
            WireWriter out, int field, List<Integer> rows, long start, IntToLongFunction of) {
        out.packed(field, elements -> {
            long before = start;
            for (int row : rows) {
                elements.signed(of.applyAsLong(row) - before);
                before = of.applyAsLong(row);
            }
        });
    }

    /** One element where all are equal, none where all are 0. */
    private static void column(
            WireWriter out, int field, List<Integer> rows, boolean signed, IntToLongFunction of) {
        long first = of.applyAsLong(rows.getFirst());
        boolean same = rows.stream().allMatch(row -> of.applyAsLong(row) == first);
        if (same && first == 0) {
            return;
        }
        out.packed(field, elements -> {
            for (int row : same ? rows.subList(0, 1) : rows) {
                if (signed) {
                    elements.signed(of.applyAsLong(row));
                } else {
                    elements.unsigned(of.applyAsLong(row));
                }
            }
        });
    }

    /** Adds the rows of one SeriesReadings message. */
    static void read(WireReader in, Readings.Builder into) throws Malformed {
        Columns columns = new Columns();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> columns.series = in.unsigned(Integer.MAX_VALUE);
                case 2 -> signed(in, columns.measured);
                case 3 -> signed(in, columns.received);
                case 4 -> unsigned(in, columns.type);
                case 5 -> signed(in, columns.scale);
                case 6 -> unsigned(in, columns.grade);
                case 7 -> unsigned(in, columns.status);
                case 8 -> unsigned(in, columns.origin);
                case 9 -> doubles(in, columns.doubles);
                case 10 -> floats(in, columns.floats);
                case 11 -> queue(in, columns.integers);
                case 12 -> columns.texts.add(in.text());
                case 13 -> unsigned(in, columns.tests);
                default -> in.skip();
            }
        }
        columns.addTo(into);
    }

    private static void signed(WireReader in, List<Long> column) throws Malformed {
        for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
            column.add(from.signed());
            bounded(column.size());
        }
    }

    private static void unsigned(WireReader in, List<Long> column) throws Malformed {
        for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
            column.add(from.unsigned());
            bounded(column.size());
        }
    }

    private static void doubles(WireReader in, ArrayDeque<Long> column) throws Malformed {
        for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
            column.add(from.bits64());
            bounded(column.size());
        }
    }

    private static void floats(WireReader in, ArrayDeque<Long> column) throws Malformed {
        for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
            column.add((long) from.bits32());
            bounded(column.size());
        }
    }

    private static void queue(WireReader in, ArrayDeque<Long> column) throws Malformed {
        for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
            column.add(from.signed());
            bounded(column.size());
        }
    }

    private static void bounded(int rows) throws Malformed {
        if (rows > ROWS_MAX) {
            throw new Malformed("more than " + ROWS_MAX + " readings of one series in one content");
        }
    }

    /** One SeriesReadings message while it is being read. */
    private static final class Columns {
        private int series;
        private final List<Long> measured = new ArrayList<>();
        private final List<Long> received = new ArrayList<>();
        private final List<Long> type = new ArrayList<>();
        private final List<Long> scale = new ArrayList<>();
        private final List<Long> grade = new ArrayList<>();
        private final List<Long> status = new ArrayList<>();
        private final List<Long> origin = new ArrayList<>();
        private final List<Long> tests = new ArrayList<>();
        private final ArrayDeque<Long> doubles = new ArrayDeque<>();
        private final ArrayDeque<Long> floats = new ArrayDeque<>();
        private final ArrayDeque<Long> integers = new ArrayDeque<>();
        private final ArrayDeque<String> texts = new ArrayDeque<>();

        private void addTo(Readings.Builder into) throws Malformed {
            long measuredAt = 0;
            long receivedAt = measured.isEmpty() ? 0 : measured.getFirst();
            for (int row = 0; row < measured.size(); row++) {
                measuredAt += measured.get(row);
                receivedAt += at(received, row, "received");
                try {
                    into.add(series, measuredAt, receivedAt, value(row), Grade.ofFlag((int) at(grade, row, "grade")),
                            (int) at(status, row, "status"),
                            at(origin, row, "origin") == 0 ? TimeOrigin.SOURCE : TimeOrigin.ARRIVAL)
                            .because((int) at(tests, row, "tests"));
                } catch (IllegalArgumentException wrong) {
                    throw new Malformed("reading " + row + " of series " + series + ": " + wrong.getMessage(), wrong);
                }
            }
        }

        private Value value(int row) throws Malformed {
            return switch (ValueType.ofCode((int) at(type, row, "type"))) {
                case NONE -> new Value.None();
                case FLOAT64 -> new Value.Float64(Double.longBitsToDouble(take(doubles)));
                case FLOAT32 -> new Value.Float32(Float.intBitsToFloat((int) (long) take(floats)));
                case INT64 -> new Value.Int64(take(integers));
                case UINT64 -> new Value.UInt64(take(integers));
                case DECIMAL -> new Value.Decimal(take(integers), (int) at(scale, row, "scale"));
                case BOOLEAN -> new Value.Bool(take(integers) != 0);
                case TEXT -> new Value.Text(take(texts));
            };
        }

        private <T> T take(ArrayDeque<T> column) throws Malformed {
            T next = column.poll();
            if (next == null) {
                throw new Malformed("series " + series + " has fewer values than readings");
            }
            return next;
        }

        private long at(List<Long> column, int row, String name) throws Malformed {
            if (column.isEmpty()) {
                return 0;
            }
            if (column.size() == 1 && !name.equals("received")) {
                return column.getFirst();
            }
            if (row >= column.size()) {
                throw new Malformed("series " + series + " has " + column.size() + " elements in "
                        + name + " for " + measured.size() + " readings");
            }
            return column.get(row);
        }
    }
}
