package suimon.store;

/**
 * A column of 64-bit numbers as their residuals to a {@link Forecast}. Any numbers come back as they
 * were: sums wrap around in the same way on both sides.
 */
final class IntegerColumn {
    private final Forecast forecast;
    private final long anchor;
    private final ResidualModel residuals;
    private final ResidualModel steps = new ResidualModel(0);
    private final int[] jumped = ArithmeticEncoder.contexts(2);
    private long step;
    private long phase;
    private long lastSteps = 1;
    private long offDifference = Long.MIN_VALUE;
    private int lastJumped;

    private IntegerColumn(Forecast forecast) {
        this.forecast = forecast;
        this.anchor = forecast.anchor();
        this.residuals = new ResidualModel(forecast.noiseBits());
        this.step = forecast.step();
    }

    /** Writes all but the first number, which the caller stores where it wants. */
    static void write(long[] values, int count, Forecast forecast, ArithmeticEncoder to) {
        if (count < 2) {
            return;
        }
        forecast.write(to);
        if (!forecast.isExact()) {
            new IntegerColumn(forecast).writeAll(values, count, to);
        }
    }

    /** Fills in all but the first number. */
    static void read(long[] values, int count, ArithmeticDecoder from) {
        if (count < 2) {
            return;
        }
        Forecast forecast = Forecast.read(from);
        if (forecast.isExact()) {
            fill(values, count, forecast.step());
        } else {
            new IntegerColumn(forecast).readAll(values, count, from);
        }
    }

    /** What coding would cost, in sixteenths of a bit, roughly: it is there to compare forecasts. */
    static long cost(long[] values, int count, Forecast forecast) {
        IntegerColumn column = new IntegerColumn(forecast);
        long cost = 0;
        for (int row = 1; row < count; row++) {
            long difference = values[row] - values[row - 1];
            long number = 1;
            if (forecast.jumps()) {
                number = forecast.stepsIn(difference, column.phase, column.step);
                if (number != column.lastSteps) {
                    cost += 128 + 32L * (Long.SIZE - Long.numberOfLeadingZeros(Math.abs(number)));
                }
            }
            column.lastSteps = number;
            long foretold = column.phase + column.step * number;
            long residual = difference - (foretold >> 16);
            cost += LogarithmTable.sixteenths(residual);
            column.follow(residual, difference, foretold);
        }
        return cost;
    }

    private static void fill(long[] values, int count, long step) {
        long phase = 0;
        for (int row = 1; row < count; row++) {
            phase += step;
            values[row] = values[row - 1] + (phase >> 16);
            phase &= 0xFFFF;
        }
    }

    private void writeAll(long[] values, int count, ArithmeticEncoder to) {
        for (int row = 1; row < count; row++) {
            long difference = values[row] - values[row - 1];
            long number = forecast.jumps() ? writeSteps(difference, to) : 1;
            long foretold = phase + step * number;
            long residual = difference - (foretold >> 16);
            residuals.write(residual, to);
            follow(residual, difference, foretold);
        }
    }

    private void readAll(long[] values, int count, ArithmeticDecoder from) {
        long last = values[0];
        for (int row = 1; row < count; row++) {
            long number = forecast.jumps() ? readSteps(from) : 1;
            long foretold = phase + step * number;
            long residual = residuals.read(from);
            long difference = residual + (foretold >> 16);
            last += difference;
            values[row] = last;
            follow(residual, difference, foretold);
        }
    }

    private long writeSteps(long difference, ArithmeticEncoder to) {
        long number = forecast.stepsIn(difference, phase, step);
        boolean isJump = number != 1;
        to.put(jumped, lastJumped, isJump);
        if (isJump) {
            steps.write(number - lastSteps, to);
            lastSteps = number;
        }
        lastJumped = isJump ? 1 : 0;
        return number;
    }

    private long readSteps(ArithmeticDecoder from) {
        boolean isJump = from.get(jumped, lastJumped);
        lastJumped = isJump ? 1 : 0;
        if (!isJump) {
            return 1;
        }
        lastSteps += steps.read(from);
        return lastSteps;
    }

    private void follow(long residual, long difference, long foretold) {
        if (Math.abs(residual) < anchor) {
            phase = forecast.phaseAfter(foretold, difference);
            return;
        }
        phase = 0;
        if (forecast.jumps()) {
            boolean isAgain = offDifference != Long.MIN_VALUE
                    && Math.abs(difference - offDifference) < anchor;
            if (isAgain && difference > 0 && difference < Forecast.JUMP_MAX) {
                step = difference << 16;
            }
            offDifference = difference;
        }
    }
}
