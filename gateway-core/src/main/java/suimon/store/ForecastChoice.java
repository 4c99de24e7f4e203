package suimon.store;

import java.util.Arrays;

/**
 * Finds the {@link Forecast} under which a column costs least, by trying the likely ones on its
 * beginning.
 */
final class ForecastChoice {
    private static final int SAMPLES_MAX = 127;
    /** Enough to tell forecasts apart, and a slow clock from a right one. */
    private static final int TRIED_ROWS_MAX = 1024;
    private static final int[] KEPT_OF_TIMES = {15, 12, 8, 0};
    private static final int[] KEPT_OF_VALUES = {0, 4, 8, 12};
    private static final int AVERAGE_KEPT = 13;
    /** Differences of so many bits above the noise are learnt; below they are noise. */
    private static final int LEARNT_BITS = 5;

    private static final Forecast PLAIN =
            new Forecast(0, 0, false, Forecast.ANCHOR_BITS_MAX, 0, false);

    private final long[] column;
    private final int count;
    private final int tried;
    private Forecast best;
    private long bestCost;

    private ForecastChoice(long[] column, int count, Forecast start) {
        this.column = column;
        this.count = count;
        this.tried = Math.min(count, TRIED_ROWS_MAX);
        this.best = start;
        this.bestCost = IntegerColumn.cost(column, tried, start);
    }

    /** For times: a period, jitter, drift, gaps. */
    static Forecast ofTimes(long[] times, int count) {
        if (count < 2) {
            return PLAIN;
        }
        long period = medianDifference(times, count);
        ForecastChoice choice = new ForecastChoice(times, count, PLAIN);
        boolean isPeriodic = period > 0 && period < Forecast.JUMP_MAX;
        if (isPeriodic) {
            long step = period << 16;
            int anchor = anchorOf(medianResidual(times, count, period), period);
            // First, so that it stays the choice where the gaps come later than what is tried.
            choice.consider(step, Forecast.KEPT_ALL, true, anchor);
            choice.consider(step, 0, false, Forecast.ANCHOR_BITS_MAX);
            if (choice.bestCost > 0) {
                long fitted = fittedStep(times, count, period);
                choice.consider(fitted, Forecast.KEPT_ALL, true, anchor);
                for (int kept : KEPT_OF_TIMES) {
                    choice.consider(step, kept, true, anchor);
                }
            }
        }
        return choice.finish();
    }

    /** For values: a slow process, noise, steps up and down, counters. */
    static Forecast ofValues(long[] values, int count) {
        if (count < 2) {
            return PLAIN;
        }
        ForecastChoice choice = new ForecastChoice(values, count, PLAIN);
        if (choice.bestCost == 0) {
            return choice.finish();
        }
        int anchor = Math.min(choice.meanBits() + 3, Forecast.ANCHOR_BITS_MAX);
        for (int kept : KEPT_OF_VALUES) {
            choice.consider(0, kept, false, anchor);
        }
        long rise = (values[count - 1] - values[0]) / (count - 1);
        long median = medianDifference(values, count);
        for (long slope : new long[] {rise, median}) {
            if (slope != 0 && Math.abs(slope) < Forecast.JUMP_MAX) {
                choice.consider(slope << 16, 0, false, Forecast.ANCHOR_BITS_MAX);
            }
        }
        return choice.finish();
    }

    /** For a short column of which only the noise matters: held against its average, untried. */
    static Forecast averaging(long[] column, int count) {
        if (count < 2) {
            return PLAIN;
        }
        Forecast averaging = new Forecast(0, AVERAGE_KEPT, false, Forecast.ANCHOR_BITS_MAX, 0, false);
        return new ForecastChoice(column, count, averaging).finish();
    }

    private void consider(long step, int kept, boolean jumps, int anchor) {
        Forecast forecast = new Forecast(step, kept, jumps, anchor, 0, false);
        long cost = IntegerColumn.cost(column, tried, forecast);
        if (cost < bestCost) {
            best = forecast;
            bestCost = cost;
        }
    }

    private Forecast finish() {
        if (bestCost == 0 && IntegerColumn.cost(column, count, best) == 0) {
            return Forecast.exact(best.step());
        }
        int noiseBits = Math.max(0, meanBits() - LEARNT_BITS);
        return new Forecast(best.step(), best.kept(), best.jumps(), best.anchorBits(), noiseBits, false);
    }

    /** About sixteen times the usual residual, and no more than half a period. */
    private static int anchorOf(long usual, long period) {
        return Math.clamp(bitsOf(usual) + 4, 3, Math.max(3, bitsOf(period) - 1));
    }

    private static int bitsOf(long magnitude) {
        return Long.SIZE - Long.numberOfLeadingZeros(magnitude);
    }

    /** Of a residual, the sign included. */
    private int meanBits() {
        return (int) (bestCost / 16 / (tried - 1));
    }

    private static long medianDifference(long[] column, int count) {
        long[] differences = sampled(column, count);
        return differences[differences.length / 2];
    }

    private static long medianResidual(long[] times, int count, long period) {
        long[] differences = sampled(times, count);
        for (int index = 0; index < differences.length; index++) {
            differences[index] = Math.abs(differences[index] - period);
        }
        Arrays.sort(differences);
        return differences[differences.length / 2];
    }

    private static long[] sampled(long[] column, int count) {
        int samples = Math.min(SAMPLES_MAX, count - 1);
        long[] differences = new long[samples];
        for (int index = 0; index < samples; index++) {
            int row = 1 + (int) ((long) index * (count - 1) / samples);
            differences[index] = column[row] - column[row - 1];
        }
        Arrays.sort(differences);
        return differences;
    }

    /** The period by least squares over the numbers of periods, which makes up for a slow clock. */
    private static long fittedStep(long[] times, int count, long period) {
        double steps = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (int row = 1; row < count; row++) {
            double difference = times[row] - times[row - 1];
            steps += Math.rint(difference / period);
            double time = times[row] - times[0];
            sumX += steps;
            sumY += time;
            sumXx += steps * steps;
            sumXy += steps * time;
        }
        double slope = (count * sumXy - sumX * sumY) / (count * sumXx - sumX * sumX);
        boolean isNear = Math.abs(slope - period) < period / 16.0;
        return isNear ? (long) Math.rint(slope * 65536) : period << 16;
    }
}
