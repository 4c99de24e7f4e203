package suimon.store;

import org.jspecify.annotations.Nullable;
import suimon.reading.Readings;
import suimon.store.ChunkShapes.Lane;

/**
 * The values of a batch, series by series: the digits of each series, the shapes of all rows, then
 * each value held against the one before of its series, the first against that of the series before.
 */
final class BatchValues {
    private static final int FIRST_NUMBER = 0;
    private static final int NUMBER = 1;
    private static final int FIRST_BITS = 2;
    private static final int BITS = 3;
    private static final int TEXT = 4;
    private static final int KINDS = 5;
    private static final int ZEROS_BITS = 5;
    private static final int ZEROS_MAX = 31;

    private BatchValues() {}

    static void write(Readings grouped, int[] starts, ArithmeticEncoder to) {
        ChunkDigits[] digits = writeDigits(grouped, starts, to);
        int count = grouped.size();
        Lane[] lanes = new Lane[count];
        long[] shapes = new long[count];
        long any = 0;
        for (int group = 0; group < digits.length; group++) {
            for (int row = starts[group]; row < starts[group + 1]; row++) {
                lanes[row] = ChunkValues.laneOf(grouped, row, digits[group]);
                shapes[row] = ChunkShapes.shape(grouped, row, lanes[row]);
                any |= lanes[row] == Lane.BITS ? grouped.bits(row) : 0;
            }
        }
        ChunkShapes.write(shapes, to);
        int zeros = Math.min(ZEROS_MAX, Long.numberOfTrailingZeros(any));
        to.putDirect(zeros, ZEROS_BITS);
        TextTable texts = TextTable.of(grouped);
        texts.write(to);
        Sequence sequence = new Sequence();
        MixedResiduals residuals = new MixedResiduals(KINDS, count);
        for (int group = 0; group < digits.length; group++) {
            sequence.begin();
            for (int row = starts[group]; row < starts[group + 1]; row++) {
                int kind = sequence.kindOf(lanes[row]);
                if (kind >= 0) {
                    long number = switch (lanes[row]) {
                        case BITS -> ChunkValues.ordered(grouped.type(row), grouped.bits(row) >> zeros);
                        case TEXT -> texts.indexOf(grouped.textOf(row));
                        case NOTHING, INTEGER, SCALED, TRIMMED, DECIMAL ->
                            ChunkValues.numberOf(lanes[row], grouped, row, digits[group]);
                    };
                    residuals.add(kind, number - sequence.last(kind));
                    sequence.follow(kind, number);
                }
            }
        }
        residuals.write(to);
    }

    static Readings read(BatchGroups groups, long[] measured, long[] received, ArithmeticDecoder from) {
        int[] starts = groups.starts();
        ChunkDigits[] digits = readDigits(starts.length - 1, from);
        long[] shapes = ChunkShapes.read(measured.length, from);
        int zeros = from.getDirect(ZEROS_BITS);
        TextTable texts = TextTable.read(measured.length, from);
        ResidualModel[] models = MixedResiduals.models(KINDS, from);
        Sequence sequence = new Sequence();
        ShapedColumns columns = new ShapedColumns(shapes);
        @Nullable String[] words = texts.isEmpty() ? null : new String[shapes.length];
        for (int group = 0; group < digits.length; group++) {
            sequence.begin();
            for (int row = starts[group]; row < starts[group + 1]; row++) {
                ChunkShapes.requirePossible(shapes[row], digits[group]);
                Lane lane = ChunkShapes.lane(shapes[row]);
                int kind = sequence.kindOf(lane);
                if (kind < 0) {
                    continue;
                }
                long number = sequence.last(kind) + models[kind].read(from);
                sequence.follow(kind, number);
                if (lane == Lane.TEXT) {
                    String word = texts.at(number);
                    if (words != null) {
                        words[row] = word;
                    }
                } else {
                    columns.put(row, number, zeros, digits[group]);
                }
            }
        }
        return columns.toReadings(groups, measured, received, words);
    }

    private static ChunkDigits[] writeDigits(Readings grouped, int[] starts, ArithmeticEncoder to) {
        ChunkDigits[] digits = new ChunkDigits[starts.length - 1];
        int[] same = ArithmeticEncoder.contexts(1);
        for (int group = 0; group < digits.length; group++) {
            digits[group] = ChunkDigits.of(grouped, starts[group], starts[group + 1]);
            if (group > 0) {
                boolean isSame = digits[group].equals(digits[group - 1]);
                to.put(same, 0, isSame);
                if (isSame) {
                    continue;
                }
            }
            digits[group].write(to);
        }
        return digits;
    }

    private static ChunkDigits[] readDigits(int groups, ArithmeticDecoder from) {
        ChunkDigits[] digits = new ChunkDigits[groups];
        int[] same = ArithmeticEncoder.contexts(1);
        for (int group = 0; group < groups; group++) {
            boolean isSame = group > 0 && from.get(same, 0);
            digits[group] = isSame ? digits[group - 1] : ChunkDigits.read(from);
        }
        return digits;
    }

    /** What a value is held against, and with which model: the first of a series has one of its own. */
    private static final class Sequence {
        private final long[] last = new long[KINDS];
        private boolean hasNumber;
        private boolean hasBits;

        void begin() {
            hasNumber = false;
            hasBits = false;
        }

        /** The kind of the next residual of a lane; -1 for none. */
        int kindOf(Lane lane) {
            return switch (lane) {
                case NOTHING -> -1;
                case TEXT -> TEXT;
                case BITS -> hasBits ? BITS : FIRST_BITS;
                case INTEGER, SCALED, TRIMMED, DECIMAL -> hasNumber ? NUMBER : FIRST_NUMBER;
            };
        }

        long last(int kind) {
            return last[kind];
        }

        void follow(int kind, long number) {
            last[kind] = number;
            if (kind == FIRST_NUMBER) {
                last[NUMBER] = number;
                hasNumber = true;
            } else if (kind == FIRST_BITS) {
                last[BITS] = number;
                hasBits = true;
            }
        }
    }
}
