package suimon.store;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.ValueType;

/**
 * What a reading is apart from its time and number: type, grade, origin, digits, status, and the
 * {@link Lane} its value goes by. Few differ within a chunk and they seldom alternate, so a chunk
 * lists them and each row says whether its shape is that of the row before. The tests that made a
 * reading suspect or worse are part of it, so that they cost nothing where all is well.
 */
final class ChunkShapes {
    /** How a value is coded. */
    enum Lane {
        /** There is none. */
        NOTHING,
        /** An integer as it is. */
        INTEGER,
        /** A decimal or integer, brought to the chunk's digits, with its own digits in the shape. */
        SCALED,
        /** The same, where the digits are those that are left when closing zeros are dropped. */
        TRIMMED,
        /** A double or float that is the nearest one to a decimal of the chunk's digits. */
        DECIMAL,
        /** A double or float by its bits. */
        BITS,
        TEXT;

        private static final Lane[] ALL = values();
    }

    private static final int LANE_BITS = 3;
    private static final int TYPE_BITS = 3;
    private static final int GRADE_BITS = 4;
    /** Added to the flag of a suspect or failed reading whose tests follow. */
    private static final int WITH_TESTS = 8;
    /** All tests but the sender's status, which the reading has. */
    private static final int TESTS_MAX = (1 << 14) - 1;

    // Where in a shape, from the lowest bit: type 3 bits, grade 3, origin 1, lane 3, scale 8, status 32, tests 14.
    private static final int GRADE_SHIFT = 3;
    private static final int ORIGIN_SHIFT = 6;
    private static final int LANE_SHIFT = 7;
    private static final int SCALE_SHIFT = 10;
    private static final int STATUS_SHIFT = 18;
    private static final int TESTS_SHIFT = 50;

    private ChunkShapes() {}

    static long shape(Readings rows, int row, Lane lane) {
        boolean isTrimmed = lane == Lane.TRIMMED;
        int type = isTrimmed ? ValueType.DECIMAL.code() : rows.type(row).code();
        int scale = isTrimmed ? 0 : rows.scale(row);
        return shape(type, rows.grade(row).flag(), rows.origin(row).ordinal(), lane.ordinal())
                | (scale & 0xFFL) << SCALE_SHIFT | (rows.status(row) & 0xFFFFFFFFL) << STATUS_SHIFT
                | (long) rows.testsBesideStatus(row) >> 1 << TESTS_SHIFT;
    }

    /** A missing value's 9 is kept as 0, so that the grade takes three bits. */
    private static long shape(int type, int grade, int origin, int lane) {
        int flag = grade == Grade.MISSING.flag() ? 0 : grade;
        return type | (long) flag << GRADE_SHIFT | (long) origin << ORIGIN_SHIFT | (long) lane << LANE_SHIFT;
    }

    static Lane lane(long shape) {
        return Lane.ALL[(int) (shape >>> LANE_SHIFT & 7)];
    }

    static ValueType type(long shape) {
        return ValueType.ofCode((int) shape & 7);
    }

    static int scale(long shape) {
        return (byte) (shape >>> SCALE_SHIFT);
    }

    static int grade(long shape) {
        int flag = (int) (shape >>> GRADE_SHIFT & 7);
        return flag == 0 ? Grade.MISSING.flag() : flag;
    }

    static int origin(long shape) {
        return (int) (shape >>> ORIGIN_SHIFT & 1);
    }

    static int status(long shape) {
        return (int) (shape >>> STATUS_SHIFT);
    }

    /** See {@link Readings#testsBesideStatus}. */
    static int tests(long shape) {
        return (int) (shape >>> TESTS_SHIFT) << 1;
    }

    /** The tests of each row; null when none has any. */
    static short @Nullable [] tests(long[] shapes) {
        short[] tests = null;
        for (int row = 0; row < shapes.length; row++) {
            if (shapes[row] >>> TESTS_SHIFT != 0) {
                tests = tests == null ? new short[shapes.length] : tests;
                tests[row] = (short) tests(shapes[row]);
            }
        }
        return tests;
    }

    static void write(long[] shapes, ArithmeticEncoder to) {
        Map<Long, Integer> indexes = new LinkedHashMap<>();
        long last = ~shapes[0];
        for (long shape : shapes) {
            if (shape != last) {
                indexes.putIfAbsent(shape, indexes.size());
                last = shape;
            }
        }
        to.putNumber(indexes.size());
        indexes.keySet().forEach(shape -> writeShape(shape, to));
        if (indexes.size() > 1) {
            writeChanges(shapes, indexes, to);
        }
    }

    /** The shape of each row; all of them checked but for their digits. */
    static long[] read(int count, ArithmeticDecoder from) {
        long kinds = from.getNumber();
        if (kinds < 1 || kinds > count) {
            throw new IllegalArgumentException(kinds + " shapes of " + count + " readings");
        }
        long[] distinct = new long[(int) kinds];
        for (int index = 0; index < distinct.length; index++) {
            distinct[index] = readShape(from);
        }
        long[] shapes = new long[count];
        if (distinct.length == 1) {
            Arrays.fill(shapes, distinct[0]);
        } else {
            readChanges(shapes, distinct, from);
        }
        return shapes;
    }

    static void writeShape(long shape, ArithmeticEncoder to) {
        to.putDirect(lane(shape).ordinal(), LANE_BITS);
        to.putDirect(type(shape).code(), TYPE_BITS);
        boolean hasTests = tests(shape) != 0;
        to.putDirect(hasTests ? grade(shape) + WITH_TESTS : grade(shape), GRADE_BITS);
        to.putDirect(origin(shape), 1);
        to.putNumber(scale(shape) & 0xFF);
        to.putNumber(status(shape) & 0xFFFFFFFFL);
        if (hasTests) {
            to.putNumber(shape >>> TESTS_SHIFT);
        }
    }

    static long readShape(ArithmeticDecoder from) {
        int lane = from.getDirect(LANE_BITS);
        int type = from.getDirect(TYPE_BITS);
        int written = from.getDirect(GRADE_BITS);
        int origin = from.getDirect(1);
        long scale = from.getNumber() & 0xFF;
        long status = from.getNumber() & 0xFFFFFFFFL;
        boolean hasTests = written == Grade.SUSPECT.flag() + WITH_TESTS || written == Grade.FAIL.flag() + WITH_TESTS;
        int grade = hasTests ? written - WITH_TESTS : written;
        long tests = hasTests ? from.getNumber() : 0;
        if (hasTests && (tests < 1 || tests > TESTS_MAX)) {
            throw new IllegalArgumentException("no tests have the number " + tests);
        }
        check(lane, type, grade);
        return shape(type, grade, origin, lane) | scale << SCALE_SHIFT | status << STATUS_SHIFT
                | tests << TESTS_SHIFT;
    }

    private static void writeChanges(long[] shapes, Map<Long, Integer> indexes, ArithmeticEncoder to) {
        int bits = bitsFor(indexes.size());
        int[] changed = ArithmeticEncoder.contexts(2);
        int[] which = ArithmeticEncoder.contexts(1 << bits);
        long last = shapes[0];
        int lastChanged = 0;
        for (long shape : shapes) {
            boolean isChanged = shape != last;
            to.put(changed, lastChanged, isChanged);
            lastChanged = isChanged ? 1 : 0;
            if (isChanged) {
                writeIndex(indexes.getOrDefault(shape, 0), bits, which, to);
            }
            last = shape;
        }
    }

    private static void readChanges(long[] shapes, long[] distinct, ArithmeticDecoder from) {
        int bits = bitsFor(distinct.length);
        int[] changed = ArithmeticEncoder.contexts(2);
        int[] which = ArithmeticEncoder.contexts(1 << bits);
        long last = distinct[0];
        int lastChanged = 0;
        for (int row = 0; row < shapes.length; row++) {
            boolean isChanged = from.get(changed, lastChanged);
            lastChanged = isChanged ? 1 : 0;
            if (isChanged) {
                int index = readIndex(bits, which, from);
                if (index >= distinct.length) {
                    throw new IllegalArgumentException("row " + row + " has no shape");
                }
                last = distinct[index];
            }
            shapes[row] = last;
        }
    }

    static void writeIndex(int index, int bits, int[] which, ArithmeticEncoder to) {
        int node = 1;
        for (int left = bits - 1; left >= 0; left--) {
            boolean bit = (index >>> left & 1) == 1;
            to.put(which, node, bit);
            node = node << 1 | (bit ? 1 : 0);
        }
    }

    static int readIndex(int bits, int[] which, ArithmeticDecoder from) {
        int node = 1;
        for (int left = bits; left > 0; left--) {
            node = node << 1 | (from.get(which, node) ? 1 : 0);
        }
        return node - (1 << bits);
    }

    private static int bitsFor(int kinds) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(kinds - 1);
    }

    private static void check(int lane, int type, int grade) {
        if (lane >= Lane.ALL.length) {
            throw new IllegalArgumentException("no lane has the number " + lane);
        }
        // Both refuse a code that doesn't exist.
        ValueType of = ValueType.ofCode(type);
        Grade.ofFlag(grade);
        if ((of == ValueType.TEXT) != (lane == Lane.TEXT.ordinal())) {
            throw new IllegalArgumentException("a value of type " + of + " as " + Lane.ALL[lane]);
        }
    }

    /** A lane needs the digits it goes by. */
    static void requirePossible(long shape, ChunkDigits digits) {
        boolean isPossible = switch (lane(shape)) {
            case SCALED -> scale(shape) >= 0 && scale(shape) <= digits.decimals();
            case TRIMMED -> digits.decimals() >= 0 && digits.trimmedTo() >= 0;
            case DECIMAL -> digits.floats() >= 0;
            case NOTHING, INTEGER, BITS, TEXT -> true;
        };
        if (!isPossible) {
            throw new IllegalArgumentException("a value as " + lane(shape) + " by " + digits);
        }
    }
}
