package suimon.store;

import java.util.HashMap;
import java.util.Map;

/**
 * What a series can hardly be coded below, in bits per reading, for comparing: the ideal length of
 * an adaptive code of its differences with contexts by their recent size, of the differences to an
 * adaptive linear filter of order 16 (normalised least mean squares), whichever is less; for times
 * the entropy of the deviations from the grid or, where there are gaps, of the differences. Learning
 * values is in it, headers are not.
 */
final class EntropyEstimate {
    private static final int REACH = 64;
    private static final int CONTEXTS = 12;
    private static final int ORDER = 16;
    private static final double PACE = 0.004;

    private EntropyEstimate() {}

    static double ofValues(long[] values) {
        long[] differences = new long[values.length - 1];
        for (int row = 0; row < differences.length; row++) {
            differences[row] = values[row + 1] - values[row];
        }
        return Math.min(adaptive(differences), adaptive(filtered(values))) / values.length;
    }

    static double ofTimes(long[] times, long period) {
        long[] deviations = new long[times.length];
        long[] differences = new long[times.length];
        for (int row = 0; row < times.length; row++) {
            deviations[row] = times[row] - times[0] - row * period;
            differences[row] = row == 0 ? period : times[row] - times[row - 1];
        }
        return Math.min(entropy(deviations), entropy(differences));
    }

    private static double entropy(long[] numbers) {
        Map<Long, Integer> counts = new HashMap<>();
        for (long number : numbers) {
            counts.merge(number, 1, Integer::sum);
        }
        double bits = 0;
        for (int count : counts.values()) {
            bits -= count * Math.log((double) count / numbers.length) / Math.log(2);
        }
        return bits / numbers.length;
    }

    private static double adaptive(long[] residuals) {
        double[][] chances = new double[CONTEXTS][];
        double[] sums = new double[CONTEXTS];
        double bits = 0;
        double mean = 4;
        for (long residual : residuals) {
            int context = Math.min(CONTEXTS - 1, (int) (2 * Math.log(mean + 1) / Math.log(2)));
            if (chances[context] == null) {
                chances[context] = geometric(Math.max(mean, 0.3));
                sums[context] = 8 + 0.02 * (2 * REACH + 1);
            }
            long magnitude = Math.abs(residual);
            int at = REACH + (int) Math.clamp(residual, -REACH, REACH);
            bits -= Math.log(chances[context][at] / sums[context]) / Math.log(2);
            if (magnitude >= REACH) {
                bits += 2 * Math.log(magnitude - REACH + 1) / Math.log(2) + 1;
            }
            chances[context][at]++;
            sums[context]++;
            mean += 0.06 * (magnitude - mean);
        }
        return bits;
    }

    private static double[] geometric(double size) {
        double[] chances = new double[2 * REACH + 1];
        double sum = 0;
        for (int at = 0; at < chances.length; at++) {
            chances[at] = Math.pow(size / (1 + size), Math.abs(at - REACH));
            sum += chances[at];
        }
        for (int at = 0; at < chances.length; at++) {
            chances[at] = 8 * chances[at] / sum + 0.02;
        }
        return chances;
    }

    private static long[] filtered(long[] values) {
        int count = values.length;
        double mean = (double) (values[count - 1] - values[0]) / count;
        double squares = 0;
        for (int row = 1; row < count; row++) {
            squares += Math.pow(values[row] - values[row - 1] - mean, 2);
        }
        double scale = Math.max(1e-9, Math.sqrt(squares / count));
        double[] weights = new double[ORDER];
        double[] recent = new double[ORDER];
        long[] residuals = new long[count];
        for (int row = 0; row < count; row++) {
            long difference = row == 0 ? 0 : values[row] - values[row - 1];
            double forecast = 0;
            double energy = 0;
            for (int tap = 0; tap < ORDER; tap++) {
                forecast += weights[tap] * recent[tap];
                energy += recent[tap] * recent[tap];
            }
            residuals[row] = difference - (long) Math.rint(forecast * scale);
            double pull = PACE * (difference / scale - forecast) / (0.05 + energy / ORDER);
            for (int tap = 0; tap < ORDER; tap++) {
                weights[tap] += pull * recent[tap];
            }
            System.arraycopy(recent, 0, recent, 1, ORDER - 1);
            recent[0] = difference / scale;
        }
        return residuals;
    }
}
