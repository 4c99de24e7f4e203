package suimon.quality;

import java.util.Arrays;

/**
 * A robust trend of few values over time: the slope of Theil and Sen, the median of the slopes of all
 * pairs (Sen 1968, J. Am. Stat. Assoc. 63), and how surely there is one by the test of Mann and
 * Kendall (Mann 1945, Econometrica 13; Kendall 1975), with the correction for ties.
 *
 * @param perUnit change per unit of time
 * @param score standard deviations of Kendall's S from that of no trend, its sign the trend's; neighbours
 *     that resemble each other make it too large
 */
public record Trend(double perUnit, double score) {
    /** Of at most so many values; the work grows with the square. */
    public static final int VALUES_MAX = 120;

    /** @param times rising; likewise as many values, all finite */
    public static Trend of(double[] times, double[] values) {
        int count = values.length;
        if (count < 2 || count > VALUES_MAX) {
            throw new IllegalArgumentException("a trend of " + count + " values, expected 2 to " + VALUES_MAX);
        }
        double[] slopes = new double[count * (count - 1) / 2];
        int next = 0;
        long sum = 0;
        for (int late = 1; late < count; late++) {
            for (int early = 0; early < late; early++) {
                slopes[next++] = (values[late] - values[early]) / (times[late] - times[early]);
                sum += (long) Math.signum(values[late] - values[early]);
            }
        }
        double variance = (count * (count - 1.0) * (2 * count + 5) - ties(values)) / 18;
        double score = variance <= 0 ? 0 : (sum - Math.signum(sum)) / Math.sqrt(variance);
        return new Trend(median(slopes), score);
    }

    private static double ties(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double ties = 0;
        for (int from = 0; from < sorted.length; ) {
            int to = from;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            double same = to - from;
            ties += same * (same - 1) * (2 * same + 5);
            from = to;
        }
        return ties;
    }

    /** The middle of some values, or the mean of the two in the middle; sorts them. */
    public static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
