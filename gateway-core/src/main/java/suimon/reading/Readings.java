package suimon.reading;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Many readings of many series in columns, in the order they came. Immutable; made by a
 * {@link Builder}. Times are nanoseconds since 1970-01-01T00:00:00Z (years 1678 to 2262).
 *
 * <p>Columns instead of objects, since a batch is handed between threads, compressed and scanned as
 * one thing and a gateway moves tens of thousands of readings a second on a small heap.
 */
public final class Readings {
    private static final Readings EMPTY = new Builder(0).build();

    private final int size;
    private final int[] series;
    private final long[] measured;
    private final long[] received;
    private final byte[] type;
    private final byte[] scale;
    private final long[] bits;
    private final @Nullable String @Nullable [] text;
    private final byte[] grade;
    private final int[] status;
    private final byte[] origin;
    /** Null when no reading has any. */
    private final short @Nullable [] tests;

    private Readings(ReadingColumns from) {
        size = from.measured().length;
        series = from.series();
        measured = from.measured();
        received = from.received();
        type = from.type();
        scale = from.scale();
        bits = from.bits();
        text = from.text();
        grade = from.grade();
        status = from.status();
        origin = from.origin();
        tests = from.tests();
    }

    /** Takes whole columns over, without copying: nobody may write to them afterwards. */
    public static Readings of(ReadingColumns columns) {
        return new Readings(columns);
    }

    public static Readings empty() {
        return EMPTY;
    }

    public int size() {
        return size;
    }

    /** By series, those of one series in the order they came; this very batch if it is so already. */
    public Readings sortedBySeries() {
        boolean isSorted = true;
        for (int row = 1; row < size && isSorted; row++) {
            isSorted = series[row] >= series[row - 1];
        }
        if (isSorted) {
            return this;
        }
        ReadingColumns columns = new ReadingColumns(
                series, measured, received, type, scale, bits, text, grade, status, origin, tests);
        return new Readings(columns.inOrder(RowOrder.bySeries(series, size)));
    }

    /** The rows by measured time; of equal times the earlier row comes first. */
    public int[] byTime() {
        return RowOrder.byTime(measured, size);
    }

    /** Nanoseconds between the earliest and the latest measured time; 0 when empty. */
    public long timeSpan() {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        for (int row = 0; row < size; row++) {
            earliest = Math.min(earliest, measured[row]);
            latest = Math.max(latest, measured[row]);
        }
        return size == 0 ? 0 : latest - earliest;
    }

    /** The number of the series, see {@link Series#id}. */
    public int series(int row) {
        return series[row];
    }

    /** When the value was measured, in nanoseconds since the epoch. */
    public long measured(int row) {
        return measured[row];
    }

    /** When the gateway took it in, in nanoseconds since the epoch, by the gateway's clock. */
    public long received(int row) {
        return received[row];
    }

    public ValueType type(int row) {
        return ValueType.ofCode(type[row]);
    }

    /** The value's bits, see {@link ValueType}. */
    public long bits(int row) {
        return bits[row];
    }

    /** Digits after the point of a decimal, 0 for other types. */
    public int scale(int row) {
        return scale[row];
    }

    public Grade grade(int row) {
        return Grade.ofFlag(grade[row]);
    }

    /**
     * The tests that made the reading suspect or worse, a set as in {@link QualityTest}; 0 when it is
     * neither, and where that was not kept. What the sender itself said is among them.
     */
    public int tests(int row) {
        boolean isBySender = status[row] != 0 && grade[row] == Grade.ofStatus(status[row]).flag()
                && !Grade.ofStatus(status[row]).isUsable();
        return testsBesideStatus(row) | (isBySender ? QualityTest.STATUS.bit() : 0);
    }

    /** The same without what the sender itself said, which its status tells. */
    public int testsBesideStatus(int row) {
        return tests == null ? 0 : Short.toUnsignedInt(tests[row]);
    }

    /** The OPC UA StatusCode (Part 4, 7.39); 0 is Good and what sources without one report. */
    public int status(int row) {
        return status[row];
    }

    public TimeOrigin origin(int row) {
        return origin[row] == 0 ? TimeOrigin.SOURCE : TimeOrigin.ARRIVAL;
    }

    /** The raw value, before calibration. */
    public Value value(int row) {
        ValueType of = type(row);
        return of == ValueType.TEXT
                ? new Value.Text(textOf(row))
                : Decimals.valueOf(of, bits[row], scale[row]);
    }

    /** The raw value as a number; NaN where it is none. Makes no object. */
    public double asDouble(int row) {
        return switch (type(row)) {
            case FLOAT64 -> Double.longBitsToDouble(bits[row]);
            case FLOAT32 -> Float.intBitsToFloat((int) bits[row]);
            case INT64, BOOLEAN -> bits[row];
            case UINT64 -> new Value.UInt64(bits[row]).asDouble();
            case DECIMAL -> Decimals.toDouble(bits[row], scale[row]);
            case NONE, TEXT -> Double.NaN;
        };
    }

    /** The text of a text value; empty for other types. */
    public String textOf(int row) {
        String found = text == null ? null : text[row];
        return found == null ? "" : found;
    }

    /** Whether two rows hold the same value of the same type with the same status. */
    public boolean isSameValue(int row, Readings other, int otherRow) {
        return type[row] == other.type[otherRow]
                && bits[row] == other.bits[otherRow]
                && scale[row] == other.scale[otherRow]
                && status[row] == other.status[otherRow]
                && textOf(row).equals(other.textOf(otherRow));
    }

    @Override
    public boolean equals(@Nullable Object object) {
        if (!(object instanceof Readings other) || size != other.size) {
            return false;
        }
        for (int row = 0; row < size; row++) {
            if (!isSameRow(row, other)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(measured) + Arrays.hashCode(bits);
    }

    @Override
    public String toString() {
        return "Readings[" + size + "]";
    }

    private boolean isSameRow(int row, Readings other) {
        return series[row] == other.series[row]
                && measured[row] == other.measured[row]
                && received[row] == other.received[row]
                && grade[row] == other.grade[row]
                && testsBesideStatus(row) == other.testsBesideStatus(row)
                && origin[row] == other.origin[row]
                && isSameValue(row, other, row);
    }

    /** Collects readings; not safe for several threads. Can be cleared and used again. */
    public static final class Builder {
        private int size;
        private int[] series;
        private long[] measured;
        private long[] received;
        private byte[] type;
        private byte[] scale;
        private long[] bits;
        private @Nullable String @Nullable [] text;
        private byte[] grade;
        private int[] status;
        private byte[] origin;
        private short @Nullable [] tests;

        public Builder(int capacity) {
            series = new int[capacity];
            measured = new long[capacity];
            received = new long[capacity];
            type = new byte[capacity];
            scale = new byte[capacity];
            bits = new long[capacity];
            grade = new byte[capacity];
            status = new int[capacity];
            origin = new byte[capacity];
        }

        public int size() {
            return size;
        }

        public void clear() {
            size = 0;
            text = null;
            tests = null;
        }

        /** Adds one reading from an object; {@link #addRaw} is the way without one. */
        public Builder add(
                int ofSeries, long measuredAt, long receivedAt, Value value, Grade graded, int statusCode,
                TimeOrigin timeOrigin) {
            addRaw(ofSeries, measuredAt, receivedAt, value.type(), value.bits(), value.scale(), graded,
                    statusCode, timeOrigin);
            if (value instanceof Value.Text words) {
                if (text == null) {
                    text = new String[series.length];
                }
                text[size - 1] = words.value();
            }
            return this;
        }

        /** Adds one reading that is not text. */
        public Builder addRaw(
                int ofSeries, long measuredAt, long receivedAt, ValueType valueType, long valueBits,
                int valueScale, Grade graded, int statusCode, TimeOrigin timeOrigin) {
            if (size == series.length) {
                grow(Math.max(16, size * 2));
            }
            series[size] = ofSeries;
            measured[size] = measuredAt;
            received[size] = receivedAt;
            type[size] = (byte) valueType.code();
            scale[size] = (byte) valueScale;
            bits[size] = valueBits;
            grade[size] = (byte) graded.flag();
            status[size] = statusCode;
            origin[size] = (byte) timeOrigin.ordinal();
            if (tests != null) {
                tests[size] = 0;
            }
            size++;
            return this;
        }

        /** Says which tests made the last added reading suspect or worse; of others it is nothing. */
        public Builder because(int ofTests) {
            int kept = ofTests & QualityTest.ANY & ~QualityTest.STATUS.bit();
            boolean isBad = grade[size - 1] == Grade.SUSPECT.flag() || grade[size - 1] == Grade.FAIL.flag();
            if (kept != 0 && isBad) {
                if (tests == null) {
                    tests = new short[series.length];
                }
                tests[size - 1] = (short) kept;
            }
            return this;
        }

        /** Copies one row of another batch. */
        public Builder addRow(Readings from, int row) {
            return addRow(from, row, from.grade(row), from.testsBesideStatus(row));
        }

        /** Copies one row of another batch with another grade for other reasons. */
        public Builder addRow(Readings from, int row, Grade graded, int ofTests) {
            if (from.type(row) == ValueType.TEXT) {
                add(from.series(row), from.measured(row), from.received(row), from.value(row), graded,
                        from.status(row), from.origin(row));
            } else {
                addRaw(from.series(row), from.measured(row), from.received(row), from.type(row),
                        from.bits(row), from.scale(row), graded, from.status(row), from.origin(row));
            }
            return because(ofTests);
        }

        /** Copies neighbouring rows of another batch, from the first up to but without the end. */
        public Builder addRows(Readings from, int first, int end) {
            int count = end - first;
            if (size + count > series.length) {
                grow(Math.max(size + count, size * 2));
            }
            System.arraycopy(from.series, first, series, size, count);
            System.arraycopy(from.measured, first, measured, size, count);
            System.arraycopy(from.received, first, received, size, count);
            System.arraycopy(from.type, first, type, size, count);
            System.arraycopy(from.scale, first, scale, size, count);
            System.arraycopy(from.bits, first, bits, size, count);
            System.arraycopy(from.grade, first, grade, size, count);
            System.arraycopy(from.status, first, status, size, count);
            System.arraycopy(from.origin, first, origin, size, count);
            if (from.text != null) {
                text = text == null ? new String[series.length] : text;
                System.arraycopy(from.text, first, text, size, count);
            }
            if (from.tests != null) {
                tests = tests == null ? new short[series.length] : tests;
                System.arraycopy(from.tests, first, tests, size, count);
            } else if (tests != null) {
                Arrays.fill(tests, size, size + count, (short) 0);
            }
            size += count;
            return this;
        }

        public Readings build() {
            return new Readings(columns().first(size));
        }

        /** The same as {@code build().sortedBySeries()}, copied once. */
        public Readings buildBySeries() {
            return new Readings(columns().inOrder(RowOrder.bySeries(series, size)));
        }

        /** With room that is not used yet at their ends. */
        private ReadingColumns columns() {
            return new ReadingColumns(
                    series, measured, received, type, scale, bits, text, grade, status, origin, tests);
        }

        private void grow(int capacity) {
            series = Arrays.copyOf(series, capacity);
            measured = Arrays.copyOf(measured, capacity);
            received = Arrays.copyOf(received, capacity);
            type = Arrays.copyOf(type, capacity);
            scale = Arrays.copyOf(scale, capacity);
            bits = Arrays.copyOf(bits, capacity);
            text = text == null ? null : Arrays.copyOf(text, capacity);
            grade = Arrays.copyOf(grade, capacity);
            status = Arrays.copyOf(status, capacity);
            origin = Arrays.copyOf(origin, capacity);
            tests = tests == null ? null : Arrays.copyOf(tests, capacity);
        }
    }
}
