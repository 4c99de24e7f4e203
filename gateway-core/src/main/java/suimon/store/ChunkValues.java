package suimon.store;

import suimon.reading.Readings;
import suimon.reading.ValueType;
import suimon.store.ChunkShapes.Lane;

/** The values of a chunk: one column of numbers, one of floats by their bits, one of texts. */
final class ChunkValues {
    private static final int ZEROS_BITS = 5;
    private static final int ZEROS_MAX = 31;

    private ChunkValues() {}

    /** The first number costs little when it is near to one that the reader knows already. */
    static void write(Readings rows, ChunkDigits digits, long near, ArithmeticEncoder to) {
        int count = rows.size();
        long[] shapes = new long[count];
        long[] numbers = new long[count];
        long[] bits = new long[count];
        int numbered = 0;
        int plain = 0;
        for (int row = 0; row < count; row++) {
            Lane lane = laneOf(rows, row, digits);
            shapes[row] = ChunkShapes.shape(rows, row, lane);
            switch (lane) {
                case NOTHING, TEXT -> { }
                case BITS -> bits[plain++] = rows.bits(row);
                case INTEGER, SCALED, TRIMMED, DECIMAL ->
                    numbers[numbered++] = numberOf(lane, rows, row, digits);
            }
        }
        digits.write(to);
        ChunkShapes.write(shapes, to);
        writeColumn(numbers, numbered, near, to);
        writeBits(bits, plain, shapes, to);
        writeTexts(rows, shapes, to);
    }

    /** Reads what {@link #write} wrote, near the same number. */
    static Values read(int count, long near, ArithmeticDecoder from) {
        ChunkDigits digits = ChunkDigits.read(from);
        long[] shapes = ChunkShapes.read(count, from);
        int[] lanes = new int[Lane.values().length];
        for (long shape : shapes) {
            ChunkShapes.requirePossible(shape, digits);
            lanes[ChunkShapes.lane(shape).ordinal()]++;
        }
        int plain = lanes[Lane.BITS.ordinal()];
        int texts = lanes[Lane.TEXT.ordinal()];
        long[] numbers = readColumn(count - plain - texts - lanes[Lane.NOTHING.ordinal()], near, from);
        long[] bits = readBits(plain, shapes, from);
        String[] words = readTexts(texts, from);
        return new Values(digits, shapes, numbers, bits, words);
    }

    /** What was read, lane by lane. */
    record Values(ChunkDigits digits, long[] shapes, long[] numbers, long[] bits, String[] texts) {}

    static Lane laneOf(Readings rows, int row, ChunkDigits digits) {
        ValueType type = rows.type(row);
        long bits = rows.bits(row);
        return switch (type) {
            case NONE -> bits == 0 ? Lane.NOTHING : Lane.INTEGER;
            case TEXT -> Lane.TEXT;
            case INT64, DECIMAL -> {
                int scale = rows.scale(row);
                if (!digits.fits(type, bits, scale)) {
                    yield Lane.INTEGER;
                }
                int trimmed = digits.trimmedTo() < 0 ? -1 : digits.trimmed(digits.scaled(bits, scale));
                boolean isTrimmed = trimmed == scale && type == ChunkDigits.trimmedType(scale);
                yield isTrimmed ? Lane.TRIMMED : Lane.SCALED;
            }
            case UINT64, BOOLEAN -> Lane.INTEGER;
            case FLOAT64 -> digits.isDecimalFloat(type, bits) ? Lane.DECIMAL : Lane.BITS;
            case FLOAT32 -> {
                // A float is 32 bits with the sign extended; anything else is kept as it is.
                boolean isFloat = bits == (int) bits;
                Lane lane = digits.isDecimalFloat(type, bits) ? Lane.DECIMAL : Lane.BITS;
                yield isFloat ? lane : Lane.INTEGER;
            }
        };
    }

    static long numberOf(Lane lane, Readings rows, int row, ChunkDigits digits) {
        long bits = rows.bits(row);
        return switch (lane) {
            case SCALED, TRIMMED -> digits.scaled(bits, rows.scale(row));
            case DECIMAL -> digits.ofFloat(rows.type(row), bits);
            case INTEGER, NOTHING, BITS, TEXT -> bits;
        };
    }

    private static void writeColumn(long[] column, int count, long near, ArithmeticEncoder to) {
        if (count > 0) {
            to.putSigned(column[0] - near);
            IntegerColumn.write(column, count, ForecastChoice.ofValues(column, count), to);
        }
    }

    private static long[] readColumn(int count, long near, ArithmeticDecoder from) {
        long[] column = new long[count];
        if (count > 0) {
            column[0] = near + from.getSigned();
            IntegerColumn.read(column, count, from);
        }
        return column;
    }

    private static void writeBits(long[] bits, int count, long[] shapes, ArithmeticEncoder to) {
        if (count == 0) {
            return;
        }
        long any = 0;
        for (int index = 0; index < count; index++) {
            any |= bits[index];
        }
        int zeros = Math.min(ZEROS_MAX, Long.numberOfTrailingZeros(any));
        to.putDirect(zeros, ZEROS_BITS);
        int next = 0;
        for (long shape : shapes) {
            if (ChunkShapes.lane(shape) == Lane.BITS) {
                bits[next] = ordered(ChunkShapes.type(shape), bits[next] >> zeros);
                next++;
            }
        }
        writeColumn(bits, count, 0, to);
    }

    private static long[] readBits(int count, long[] shapes, ArithmeticDecoder from) {
        if (count == 0) {
            return new long[0];
        }
        int zeros = from.getDirect(ZEROS_BITS);
        long[] bits = readColumn(count, 0, from);
        int next = 0;
        for (long shape : shapes) {
            if (ChunkShapes.lane(shape) == Lane.BITS) {
                bits[next] = ordered(ChunkShapes.type(shape), bits[next]) << zeros;
                next++;
            }
        }
        return bits;
    }

    /** The bits of a float as an integer that rises with it, and back: it is its own reverse. */
    static long ordered(ValueType type, long bits) {
        return type == ValueType.FLOAT32 ? (int) bits ^ ((int) bits >> 31) >>> 1 : bits ^ (bits >> 63) >>> 1;
    }

    private static void writeTexts(Readings rows, long[] shapes, ArithmeticEncoder to) {
        TextTable texts = TextTable.of(rows);
        long[] column = new long[shapes.length];
        int count = 0;
        for (int row = 0; row < shapes.length; row++) {
            if (ChunkShapes.lane(shapes[row]) == Lane.TEXT) {
                column[count++] = texts.indexOf(rows.textOf(row));
            }
        }
        if (count > 0) {
            texts.write(to);
            writeColumn(column, count, 0, to);
        }
    }

    private static String[] readTexts(int count, ArithmeticDecoder from) {
        String[] texts = new String[count];
        if (count > 0) {
            TextTable table = TextTable.read(count, from);
            long[] column = readColumn(count, 0, from);
            for (int index = 0; index < count; index++) {
                texts[index] = table.at(column[index]);
            }
        }
        return texts;
    }
}
