package suimon.store;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.ValueType;

/**
 * What a reading is apart from its time and number: type, grade, origin, digits, status, and the
 * {@link Lane} its value goes by. Few differ within a chunk and they seldom alternate, so a chunk
 * lists them and each row says whether its shape is that of the row before.
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

    private static final int LANE_SHIFT = 56;
    private static final int LANE_BITS = 3;
    private static final int TYPE_BITS = 3;
    private static final int GRADE_BITS = 4;

    private ChunkShapes() {}

    static long shape(Readings rows, int row, Lane lane) {
        boolean isTrimmed = lane == Lane.TRIMMED;
        int type = isTrimmed ? ValueType.DECIMAL.code() : rows.type(row).code();
        int scale = isTrimmed ? 0 : rows.scale(row);
        return type | rows.grade(row).flag() << 4 | rows.origin(row).ordinal() << 8
                | (scale & 0xFF) << 16 | (rows.status(row) & 0xFFFFFFFFL) << 24
                | (long) lane.ordinal() << LANE_SHIFT;
    }

    static Lane lane(long shape) {
        return Lane.ALL[(int) (shape >>> LANE_SHIFT)];
    }

    static ValueType type(long shape) {
        return ValueType.ofCode((int) shape & 0xF);
    }

    static int scale(long shape) {
        return (byte) (shape >>> 16);
    }

    static int grade(long shape) {
        return (int) shape >>> 4 & 0xF;
    }

    static int origin(long shape) {
        return (int) shape >>> 8 & 1;
    }

    static int status(long shape) {
        return (int) (shape >>> 24);
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
            distinct[index] = checked(readShape(from));
        }
        long[] shapes = new long[count];
        if (distinct.length == 1) {
            Arrays.fill(shapes, distinct[0]);
        } else {
            readChanges(shapes, distinct, from);
        }
        return shapes;
    }

    private static void writeShape(long shape, ArithmeticEncoder to) {
        to.putDirect(lane(shape).ordinal(), LANE_BITS);
        to.putDirect(type(shape).code(), TYPE_BITS);
        to.putDirect(grade(shape), GRADE_BITS);
        to.putDirect(origin(shape), 1);
        to.putNumber(scale(shape) & 0xFF);
        to.putNumber(status(shape) & 0xFFFFFFFFL);
    }

    private static long readShape(ArithmeticDecoder from) {
        long lane = from.getDirect(LANE_BITS);
        long type = from.getDirect(TYPE_BITS);
        long grade = from.getDirect(GRADE_BITS);
        long origin = from.getDirect(1);
        long scale = from.getNumber() & 0xFF;
        long status = from.getNumber() & 0xFFFFFFFFL;
        return type | grade << 4 | origin << 8 | scale << 16 | status << 24 | lane << LANE_SHIFT;
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

    private static long checked(long shape) {
        if (shape >>> LANE_SHIFT >= Lane.ALL.length) {
            throw new IllegalArgumentException("no lane has the number " + (shape >>> LANE_SHIFT));
        }
        // Both refuse a code that doesn't exist.
        ValueType type = type(shape);
        Grade.ofFlag(grade(shape));
        if ((type == ValueType.TEXT) != (lane(shape) == Lane.TEXT)) {
            throw new IllegalArgumentException("a value of type " + type + " as " + lane(shape));
        }
        return shape;
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
