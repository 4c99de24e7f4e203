package suimon.store;

import java.util.Arrays;

/** Finds the {@link Forecast} under which a column costs least, by trying the likely ones. */
final class ForecastChoice {
    private static final int SAMPLES_MAX = 127;
    private static final int[] KEPT_OF_TIMES = {Forecast.KEPT_ALL, 15, 12, 0};
    private static final int[] KEPT_OF_VALUES = {0, 4, 8, 12};
    /** Differences of so many bits above the noise are learnt; below they are noise. */
    private static final int LEARNT_BITS = 5;

    private final long[] column;
    private final int count;
    private Forecast best;
    private long bestCost;

    private ForecastChoice(long[] column, int count, Forecast start) {
        this.column = column;
        this.count = count;
        this.best = start;
        this.bestCost = IntegerColumn.cost(column, count, start);
    }

    /** For times: a period, jitter, drift, gaps. */
    static Forecast ofTimes(long[] times, int count) {
        if (count < 2) {
            return plain(0, Long.MAX_VALUE);
        }
        long period = medianDifference(times, count);
        ForecastChoice choice = new ForecastChoice(times, count, plain(0, Long.MAX_VALUE));
        boolean isPeriodic = period > 0 && period < Forecast.JUMP_MAX;
        if (isPeriodic) {
            long step = period << 16;
            long anchor = anchorOf(medianResidual(times, count, period), period);
            choice.consider(step, 0, false, Long.MAX_VALUE);
            choice.consider(step, Forecast.KEPT_ALL, true, anchor);
            if (choice.bestCost > 0) {
                long fitted = fittedStep(times, count, period);
                for (int kept : KEPT_OF_TIMES) {
                    choice.consider(step, kept, true, anchor);
                    choice.consider(fitted, kept, true, anchor);
                }
            }
        }
        return choice.finish();
    }

    /** For values: a slow process, noise, steps up and down, counters. */
    static Forecast ofValues(long[] values, int count) {
        if (count < 2) {
            return plain(0, Long.MAX_VALUE);
        }
        ForecastChoice choice = new ForecastChoice(values, count, plain(0, Long.MAX_VALUE));
        if (choice.bestCost == 0) {
            return choice.finish();
        }
        long anchor = anchorOf(choice.meanMagnitude(), Long.MAX_VALUE >> 8);
        for (int kept : KEPT_OF_VALUES) {
            choice.consider(0, kept, false, anchor);
        }
        long rise = (values[count - 1] - values[0]) / (count - 1);
        long median = medianDifference(values, count);
        for (long slope : new long[] {rise, median}) {
            if (slope != 0 && Math.abs(slope) < Forecast.JUMP_MAX) {
                choice.consider(slope << 16, 0, false, Long.MAX_VALUE);
            }
        }
        return choice.finish();
    }

    private void consider(long step, int kept, boolean jumps, long anchor) {
        Forecast forecast = new Forecast(step, kept, jumps, anchor, 0, false);
        long cost = IntegerColumn.cost(column, count, forecast);
        if (cost < bestCost) {
            best = forecast;
            bestCost = cost;
        }
    }

    private Forecast finish() {
        if (bestCost == 0) {
            return new Forecast(best.step(), Forecast.KEPT_ALL, false, Long.MAX_VALUE, 0, true);
        }
        int noiseBits = Math.max(0, (int) (bestCost / 16 / (count - 1)) - LEARNT_BITS);
        return new Forecast(best.step(), best.kept(), best.jumps(), best.anchor(), noiseBits, false);
    }

    private static Forecast plain(long step, long anchor) {
        return new Forecast(step, 0, false, anchor, 0, false);
    }

    private static long anchorOf(long usual, long most) {
        return Math.clamp(16 * usual + 8, 8, Math.max(8, most / 2));
    }

    private long meanMagnitude() {
        return 1L << Math.min(40, bestCost / 16 / (count - 1)) >> 1;
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
