package suimon.store;

import org.jspecify.annotations.Nullable;
import suimon.reading.Readings;
import suimon.store.ChunkShapes.Lane;

/**
 * The values in a frame, series by series: at which digits numbers are whole, what each reading is
 * apart from its number, then a column of numbers, one of floats by their bits and one of texts,
 * the first of each against that of the series before. Not safe for several threads.
 */
final class FrameValues {
    private static final int ZEROS_BITS = 5;
    private static final int ZEROS_MAX = 31;
    private static final int COLUMNS = 3;
    private static final int NONE = -1;
    private static final int NUMBERS = 0;
    private static final int BITS = 1;
    private static final int TEXTS = 2;

    private final FrameShapes shapes = new FrameShapes();
    private final FrameSymbol zeros = new FrameSymbol(ZEROS_BITS);
    private final int[] sameDigits = ArithmeticEncoder.contexts(1);
    private final FrameColumn[] columns = new FrameColumn[COLUMNS];
    private final ResidualModel[] firsts = new ResidualModel[COLUMNS];
    private final long[] first = new long[COLUMNS];
    private @Nullable ChunkDigits digits;

    FrameValues() {
        for (int column = 0; column < COLUMNS; column++) {
            columns[column] = new FrameColumn(false);
            firsts[column] = new ResidualModel(0);
        }
    }

    /** The values of the rows of one series. */
    void write(Readings rows, int start, int end, TextTable texts, ArithmeticEncoder to) {
        ChunkDigits own = ChunkDigits.of(rows, start, end);
        boolean isSame = own.equals(digits);
        to.put(sameDigits, 0, isSame);
        if (!isSame) {
            own.write(to);
            digits = own;
        }
        long[] shapesOf = new long[end - start];
        long any = 0;
        boolean hasBits = false;
        for (int row = start; row < end; row++) {
            Lane lane = ChunkValues.laneOf(rows, row, own);
            shapesOf[row - start] = ChunkShapes.shape(rows, row, lane);
            any |= lane == Lane.BITS ? rows.bits(row) : 0;
            hasBits |= lane == Lane.BITS;
        }
        shapes.write(shapesOf, to);
        int shift = Math.min(ZEROS_MAX, Long.numberOfTrailingZeros(any));
        if (hasBits) {
            zeros.write(shift, to);
        }
        for (int column = 0; column < COLUMNS; column++) {
            writeColumn(column, rows, start, shapesOf, own, shift, texts, to);
        }
    }

    /** The readings of a series at these times. */
    Readings read(int series, long[] measured, long[] received, TextTable texts, ArithmeticDecoder from) {
        int count = measured.length;
        ChunkDigits own = digits;
        if (!from.get(sameDigits, 0) || own == null) {
            own = ChunkDigits.read(from);
            digits = own;
        }
        long[] shapesOf = shapes.read(count, from);
        int[] counts = new int[COLUMNS];
        for (long shape : shapesOf) {
            ChunkShapes.requirePossible(shape, own);
            int column = columnOf(ChunkShapes.lane(shape));
            if (column != NONE) {
                counts[column]++;
            }
        }
        int shift = counts[BITS] > 0 ? zeros.read(from) : 0;
        long[][] numbers = new long[COLUMNS][];
        for (int column = 0; column < COLUMNS; column++) {
            numbers[column] = readColumn(column, counts[column], from);
        }
        int[] next = new int[COLUMNS];
        ShapedColumns rows = new ShapedColumns(shapesOf);
        @Nullable String[] words = counts[TEXTS] > 0 ? new String[count] : null;
        for (int row = 0; row < count; row++) {
            int column = columnOf(ChunkShapes.lane(shapesOf[row]));
            if (words != null && column == TEXTS) {
                words[row] = texts.at(numbers[column][next[column]++]);
            } else if (column != NONE) {
                rows.put(row, numbers[column][next[column]++], shift, own);
            }
        }
        return rows.toReadings(
                new BatchGroups(new int[] {series}, new int[] {0, count}, null), measured, received, words);
    }

    private long[] readColumn(int column, int count, ArithmeticDecoder from) {
        long[] numbers = new long[count];
        if (count > 0) {
            first[column] += firsts[column].read(from);
            numbers[0] = first[column];
            columns[column].read(numbers, count, from);
        }
        return numbers;
    }

    private void writeColumn(
            int column, Readings rows, int start, long[] shapesOf, ChunkDigits own, int shift,
            TextTable texts, ArithmeticEncoder to) {
        long[] numbers = new long[shapesOf.length];
        int count = 0;
        for (int index = 0; index < shapesOf.length; index++) {
            Lane lane = ChunkShapes.lane(shapesOf[index]);
            int row = start + index;
            if (columnOf(lane) == column) {
                numbers[count++] = switch (lane) {
                    case BITS -> ChunkValues.ordered(rows.type(row), rows.bits(row) >> shift);
                    case TEXT -> texts.indexOf(rows.textOf(row));
                    case NOTHING, INTEGER, SCALED, TRIMMED, DECIMAL -> ChunkValues.numberOf(lane, rows, row, own);
                };
            }
        }
        if (count > 0) {
            firsts[column].write(numbers[0] - first[column], to);
            first[column] = numbers[0];
            columns[column].write(numbers, count, to);
        }
    }

    private static int columnOf(Lane lane) {
        return switch (lane) {
            case NOTHING -> NONE;
            case INTEGER, SCALED, TRIMMED, DECIMAL -> NUMBERS;
            case BITS -> BITS;
            case TEXT -> TEXTS;
        };
    }
}
