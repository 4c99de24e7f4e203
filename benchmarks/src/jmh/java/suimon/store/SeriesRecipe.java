package suimon.store;

import java.util.Random;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.ValueType;

/**
 * Sensor series as integers at the sensor's resolution: two water sensors every 10 s for a week and
 * a pressure in a main with a cycling pump every second for two days; times in milliseconds.
 */
record SeriesRecipe(String name, int digits, long periodMilliseconds, long[] values) {
    private static final long START = 1_790_000_000_000L;

    static SeriesRecipe temperature(long seed) {
        Random random = new Random(seed);
        double[] slow = walk(random, 8640 * 7, 0.9995, 0.8);
        long[] values = new long[slow.length];
        for (int row = 0; row < values.length; row++) {
            double day = 2 * Math.PI * row * 10 / 86400;
            values[row] = Math.round(100 * (18 + 4 * Math.sin(day - 2) + slow[row]
                    + 0.004 * random.nextGaussian()));
        }
        return new SeriesRecipe("temperature", 2, 10_000, values);
    }

    static SeriesRecipe oxygen(long seed) {
        Random random = new Random(seed);
        double[] slow = walk(random, 8640 * 7, 0.999, 0.35);
        long[] values = new long[slow.length];
        for (int row = 0; row < values.length; row++) {
            double day = 2 * Math.PI * row * 10 / 86400;
            values[row] = Math.round(100 * (8.2 + 1.1 * Math.sin(day - 1) + slow[row]
                    + 0.02 * random.nextGaussian()));
        }
        return new SeriesRecipe("oxygen", 2, 10_000, values);
    }

    static SeriesRecipe pressure(long seed) {
        Random random = new Random(seed);
        double[] slow = walk(random, 86400 * 2, 0.98, 0.02);
        long[] values = new long[slow.length];
        for (int row = 0; row < values.length; row++) {
            double pump = Math.sin(2 * Math.PI * row / 37) > 0.3 ? 0.05 : 0;
            values[row] = Math.round(1000 * (4.2 + 0.3 * Math.sin(2 * Math.PI * row / 43200) + pump
                    + slow[row] + 0.002 * random.nextGaussian()));
        }
        return new SeriesRecipe("pressure", 3, 1000, values);
    }

    /** Times at the period, with normal jitter of so many milliseconds. */
    long[] times(double jitter) {
        Random random = new Random(11);
        long[] times = new long[values.length];
        for (int row = 0; row < times.length; row++) {
            times[row] = START + row * periodMilliseconds + Math.round(random.nextGaussian() * jitter);
        }
        return times;
    }

    /** As they come in: decimals, received when measured. */
    static Readings readings(long[] times, long[] values, int digits, int from, int count) {
        Readings.Builder rows = new Readings.Builder(count);
        for (int row = from; row < from + count; row++) {
            long time = times[row] * 1_000_000;
            rows.addRaw(1, time, time, ValueType.DECIMAL, values[row], digits, Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
        }
        return rows.build();
    }

    /** A stationary process that forgets slowly: rho of it is left after each step. */
    private static double[] walk(Random random, int count, double rho, double deviation) {
        double[] walk = new double[count];
        walk[0] = random.nextGaussian() * deviation;
        for (int row = 1; row < count; row++) {
            walk[row] = rho * walk[row - 1]
                    + random.nextGaussian() * deviation * Math.sqrt(1 - rho * rho);
        }
        return walk;
    }
}
