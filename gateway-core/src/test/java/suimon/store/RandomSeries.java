package suimon.store;

import java.util.Random;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** Readings of one series as sensors and accidents make them, and now and then pure noise. */
final class RandomSeries {
    private static final long START = 1_790_000_000_000_000_000L;
    private static final long MILLISECOND = 1_000_000;

    private final Random random;
    private final RandomEntries wild;
    private final int series;

    RandomSeries(long seed, int series) {
        this.random = new Random(seed);
        this.wild = new RandomEntries(seed);
        this.series = series;
    }

    /** From 1 to so many. */
    Readings rows(int countMax) {
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 5 : countMax);
        Readings.Builder rows = new Readings.Builder(count);
        int kind = random.nextInt(9);
        int digits = random.nextInt(5);
        boolean isRough = random.nextInt(4) == 0;
        boolean isDelayed = random.nextBoolean();
        long period = MILLISECOND * (1 + random.nextInt(100_000));
        long jitter = random.nextBoolean() ? 0 : 1 + random.nextInt(20);
        long time = START + random.nextInt(1_000_000) * MILLISECOND;
        double level = random.nextGaussian() * 1000;
        for (int row = 0; row < count; row++) {
            time += period * (isRough && random.nextInt(20) == 0 ? random.nextInt(50) : 1);
            if (random.nextInt(150) == 0) {
                period = MILLISECOND * (1 + random.nextInt(100_000));
                digits = random.nextInt(5);
            }
            level += random.nextGaussian();
            long measured = kind == 8 && isRough ? random.nextLong()
                    : time + (jitter == 0 ? 0 : random.nextLong(jitter) * MILLISECOND);
            long received = isDelayed ? measured + random.nextInt(500) * MILLISECOND : measured;
            boolean isOdd = isRough && random.nextInt(10) == 0;
            rows.add(series, measured, received, isOdd ? wild.value() : value(kind, level, digits),
                    isOdd ? Grade.values()[random.nextInt(5)] : Grade.GOOD, isOdd ? random.nextInt() : 0,
                    isOdd ? TimeOrigin.ARRIVAL : TimeOrigin.SOURCE).because(isOdd ? row * 31 : 0);
        }
        return rows.build();
    }

    private Value value(int kind, double level, int digits) {
        long unscaled = Math.round(level * Math.pow(10, digits));
        return switch (kind) {
            case 0 -> new Value.Decimal(unscaled, digits);
            case 1 -> trimmed(unscaled, digits);
            case 2 -> new Value.Float64(unscaled / Math.pow(10, digits));
            case 3 -> new Value.Float32((float) (unscaled / Math.pow(10, digits)));
            case 4 -> new Value.Float64(level);
            case 5 -> new Value.Float32((float) level);
            case 6 -> random.nextBoolean() ? new Value.Bool(level > 0) : new Value.Int64(unscaled);
            case 7 -> new Value.Text(random.nextInt(5) == 0 ? "開" + random.nextInt(7) : "閉");
            default -> wild.value();
        };
    }

    /** As a program writes numbers that drops closing zeros. */
    private static Value trimmed(long unscaled, int digits) {
        long rest = unscaled;
        int left = digits;
        while (left > 0 && rest % 10 == 0) {
            rest /= 10;
            left--;
        }
        return left == 0 ? new Value.Int64(rest) : new Value.Decimal(rest, left);
    }
}
