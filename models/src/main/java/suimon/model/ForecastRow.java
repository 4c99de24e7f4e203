package suimon.model;

import java.util.Map;
import java.util.function.Function;
import suimon.pipeline.Contract;
import suimon.pipeline.Window;

/**
 * A window of the hypoxia contract beside what came true, in mg/L; NaN where nobody measured.
 *
 * @param seconds the issue time, seconds since the epoch
 * @param last mean of the newest hour
 * @param mean24 mean of the newest 24 hourly means; likewise {@code minimum24}
 * @param after6 mean of the hour that ends 6 h later
 * @param minimum12 lowest hourly mean of the next 12 h; known when at least {@link #HOURS_MIN} of
 *     them were measured
 */
record ForecastRow(Window window, long seconds, double last, double mean24, double minimum24,
        double after6, double minimum12) {
    /** Below this fish suffer: the limit of the risk, in mg/L. */
    static final double LIMIT = 3;

    /** So many of the next 12 hours must have been measured. */
    static final int HOURS_MIN = 9;

    private static final long HOUR = 3600;

    boolean isEvent() {
        return minimum12 < LIMIT;
    }

    /** Day of the year of the issue time, local standard time. */
    double dayOfYear() {
        return window.time()[1];
    }

    static Function<Window, ForecastRow> maker(Map<Long, Double> means, Contract contract) {
        return window -> of(window, means, contract);
    }

    private static ForecastRow of(Window window, Map<Long, Double> means, Contract contract) {
        int width = contract.inputs().size();
        int newest = contract.steps() - 1;
        double sum = 0;
        int count = 0;
        double minimum = Double.POSITIVE_INFINITY;
        for (int row = newest - 23; row <= newest; row++) {
            if (window.mask()[row * width] > 0) {
                sum += window.values()[row * width];
                minimum = Math.min(minimum, window.values()[row * width]);
                count++;
            }
        }
        double last = window.mask()[newest * width] > 0 ? window.values()[newest * width] : Double.NaN;
        long end = NerrsStation.seconds(window);
        return new ForecastRow(window, end, last, sum / count, minimum,
                means.getOrDefault(end + 6 * HOUR, Double.NaN), minimumAfter(end, means));
    }

    private static double minimumAfter(long end, Map<Long, Double> means) {
        double minimum = Double.POSITIVE_INFINITY;
        int known = 0;
        for (int hour = 1; hour <= 12; hour++) {
            Double mean = means.get(end + hour * HOUR);
            if (mean != null) {
                minimum = Math.min(minimum, mean);
                known++;
            }
        }
        return known >= HOURS_MIN ? minimum : Double.NaN;
    }
}
