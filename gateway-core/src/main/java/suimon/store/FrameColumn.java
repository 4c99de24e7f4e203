package suimon.store;

/**
 * Columns of one kind in a frame, series by series: each number against a forecast from those before
 * in its series. The forecast goes on from an estimate of where the column really is, which follows
 * each number by a part of the error; and a step lies between two numbers, or several where some
 * are missing. Sums wrap around, so that any numbers come back. Not safe for several threads.
 */
final class FrameColumn {
    /** By how many sixteenths the estimate follows an error, by the way's number. */
    private static final int[] FOLLOWS = {16, 12, 8, 4, 2, 0, 0};
    /** The estimate is the mean of all numbers so far, less their steps. */
    private static final int MEAN = 5;
    /** The same, begun anew where an error is larger than an eighth of a step. */
    private static final int ANCHORED_MEAN = 6;
    private static final int WAY_BITS = 3;
    private static final int STEP_COST = 16 * 20;
    private static final int JUMP_COST = 16 * 8;
    /** Where numbers are farther apart, steps are not counted: the products would not fit. */
    private static final long JUMP_MAX = 1L << 46;

    private final boolean jumps;
    private final FrameResiduals residuals = new FrameResiduals();
    private final ResidualModel jumpSizes = new ResidualModel(0);
    private final ResidualModel steps = new ResidualModel(0);
    private final int[] jumped = ArithmeticEncoder.contexts(2);
    private final int[] sameStep = ArithmeticEncoder.contexts(1);
    private final FrameSymbol ways = new FrameSymbol(WAY_BITS);
    private long step;

    /** @param jumps whether several or no steps may lie between two neighbours, as in times */
    FrameColumn(boolean jumps) {
        this.jumps = jumps;
    }

    /** Writes all but the first of so many numbers of a series. */
    void write(long[] numbers, int count, ArithmeticEncoder to) {
        if (count < 2) {
            return;
        }
        Way way = choose(numbers, count);
        writeWay(way, to);
        Run run = new Run(way);
        residuals.begin(run.sum(numbers, count), count - 1, to);
        run.restart();
        int last = 0;
        for (int row = 1; row < count; row++) {
            long difference = numbers[row] - numbers[row - 1];
            long number = jumps ? run.stepsIn(difference) : 1;
            if (jumps) {
                to.put(jumped, last, number != 1);
                last = number == 1 ? 0 : 1;
                if (number != 1) {
                    jumpSizes.write(number, to);
                }
            }
            residuals.write(run.residual(difference, number), to);
            run.follow(difference, number);
        }
    }

    /** Fills in all but the first. */
    void read(long[] numbers, int count, ArithmeticDecoder from) {
        if (count < 2) {
            return;
        }
        Run run = new Run(readWay(from));
        residuals.begin(from);
        int last = 0;
        for (int row = 1; row < count; row++) {
            long number = 1;
            if (jumps) {
                last = from.get(jumped, last) ? 1 : 0;
                number = last == 0 ? 1 : jumpSizes.read(from);
            }
            long difference = residuals.read(from) + run.foretold(number);
            numbers[row] = numbers[row - 1] + difference;
            run.follow(difference, number);
        }
    }

    private void writeWay(Way way, ArithmeticEncoder to) {
        ways.write(way.follows(), to);
        to.put(sameStep, 0, way.step() == step);
        if (way.step() != step) {
            steps.write(way.step() - step, to);
            step = way.step();
        }
    }

    private Way readWay(ArithmeticDecoder from) {
        int follows = ways.read(from);
        if (follows >= FOLLOWS.length) {
            throw new IllegalArgumentException("a column that follows in the way " + follows);
        }
        if (!from.get(sameStep, 0)) {
            step += steps.read(from);
        }
        return new Way(follows, step);
    }

    private Way choose(long[] numbers, int count) {
        long whole = medianDifference(numbers, count);
        long mean = (numbers[count - 1] - numbers[0]) / (count - 1);
        Choice choice = new Choice(numbers, count);
        for (long each : jumps ? new long[] {step, whole, mean, 0} : new long[] {0, mean}) {
            if (Math.abs(each) < JUMP_MAX) {
                choice.consider(each);
            }
        }
        return choice.best;
    }

    private static long medianDifference(long[] numbers, int count) {
        long[] differences = new long[count - 1];
        for (int row = 1; row < count; row++) {
            differences[row - 1] = numbers[row] - numbers[row - 1];
        }
        java.util.Arrays.sort(differences);
        return differences[differences.length / 2];
    }

    /** How a column is foretold. */
    private record Way(int follows, long step) {}

    /** The way that costs least of those considered. */
    private final class Choice {
        private final long[] numbers;
        private final int count;
        private Way best = new Way(0, step);
        private long least = Long.MAX_VALUE;

        Choice(long[] numbers, int count) {
            this.numbers = numbers;
            this.count = count;
        }

        void consider(long each) {
            for (int follows = jumps ? FOLLOWS.length - 1 : MEAN - 1; follows >= 0 && least > 0; follows--) {
                Way way = new Way(follows, each);
                long cost = new Run(way).cost(numbers, count) + (each == step ? 0 : STEP_COST)
                        + (follows == ways.last() ? 0 : 64);
                if (cost < least) {
                    least = cost;
                    best = way;
                }
            }
        }
    }

    /** A column under way; numbers behind the point are 1/65536 of its unit. */
    private final class Run {
        private final Way way;
        private final long step;
        private long ahead;
        private long seen = 1;

        Run(Way way) {
            this.way = way;
            this.step = way.step() << 16;
        }

        void restart() {
            ahead = 0;
            seen = 1;
        }

        long stepsIn(long difference) {
            boolean isCountable = step > 0 && Math.abs(difference) < JUMP_MAX;
            return isCountable ? Math.floorDiv((difference << 16) - ahead + step / 2, step) : 1;
        }

        long foretold(long number) {
            return ahead + step * number >> 16;
        }

        long residual(long difference, long number) {
            return difference - foretold(number);
        }

        void follow(long difference, long number) {
            long error = (difference << 16) - ahead - step * number;
            seen++;
            if (way.follows() == ANCHORED_MEAN && Math.abs(error) > step / 8) {
                ahead = 0;
                seen = 1;
            } else if (way.follows() >= MEAN) {
                ahead = Math.floorDiv(error, seen) - error;
            } else {
                ahead = (error * FOLLOWS[way.follows()] >> 4) - error;
            }
        }

        long sum(long[] numbers, int count) {
            long sum = 0;
            for (int row = 1; row < count; row++) {
                long difference = numbers[row] - numbers[row - 1];
                long number = jumps ? stepsIn(difference) : 1;
                sum += FrameResiduals.magnitude(residual(difference, number), count);
                follow(difference, number);
            }
            return sum;
        }

        /** In sixteenths of a bit, roughly. */
        long cost(long[] numbers, int count) {
            long cost = 0;
            for (int row = 1; row < count; row++) {
                long difference = numbers[row] - numbers[row - 1];
                long number = jumps ? stepsIn(difference) : 1;
                cost += (number == 1 ? 0 : JUMP_COST) + LogarithmTable.sixteenths(residual(difference, number));
                follow(difference, number);
            }
            return cost;
        }
    }
}
