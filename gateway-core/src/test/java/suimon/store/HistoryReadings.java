package suimon.store;

import java.util.Arrays;
import java.util.Random;
import suimon.reading.Grade;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.StoreModel.Version;

/**
 * Readings as sites have them, and worse: of every type, with values that are no numbers, steady and
 * jittered, in and out of order, months late, with a period or a resolution that changes.
 */
final class HistoryReadings {
    static final int SERIES = 8;
    static final long SECOND = 1_000_000_000;
    static final long START = 1_760_000_000L * SECOND;

    private static final double[] CORNERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.0, Double.MIN_VALUE,
        -Double.MIN_VALUE, Double.MIN_NORMAL / 3, -Double.MIN_NORMAL, Double.MAX_VALUE, -Double.MAX_VALUE,
        Double.longBitsToDouble(0x7FF0000000000001L), Double.longBitsToDouble(0xFFF8DEADBEEF0001L)};

    private final Random random;
    private final RandomEntries values;
    private final long[] newest = new long[SERIES + 1];
    private final long[] period = new long[SERIES + 1];
    private final int[] digits = new int[SERIES + 1];

    HistoryReadings(Random random, long seed) {
        this.random = random;
        this.values = new RandomEntries(seed);
        Arrays.fill(newest, START);
        Arrays.fill(digits, 2);
        for (int id = 1; id <= SERIES; id++) {
            period[id] = id * SECOND;
        }
    }

    int anyone() {
        return 1 + random.nextInt(SERIES);
    }

    /** The newest one of the series, or one that comes late. */
    Version fresh(int id) {
        return fresh(id, false, 0);
    }

    /** Up to 400 days late. */
    long longAgo() {
        return START - random.nextInt(400) * 86_400 * SECOND;
    }

    Version fresh(int id, boolean isBackfill, long back) {
        if (random.nextInt(200) == 0) {
            period[id] = (1 + random.nextInt(600)) * SECOND / 10;
        }
        if (random.nextInt(200) == 0) {
            digits[id] = random.nextInt(7);
        }
        newest[id] += isBackfill ? 0 : period[id];
        long measured = isBackfill ? back + random.nextInt(3600) * SECOND
                : random.nextInt(20) == 0 ? newest[id] - random.nextInt(5000) * SECOND / 10 : newest[id];
        // One series has a clock that is never quite on time.
        measured += id == SERIES ? random.nextInt(50_000_000) : 0;
        boolean isArrival = random.nextInt(5) == 0;
        long received = (measured / 1_000_000 + 1 + random.nextInt(900)) * 1_000_000;
        return new Version(id, measured, isArrival ? measured : received, value(id),
                random.nextInt(6) == 0 ? Grade.SUSPECT : Grade.GOOD,
                random.nextInt(9) == 0 ? 0x40000000 : 0, isArrival ? TimeOrigin.ARRIVAL : TimeOrigin.SOURCE);
    }

    /** The time of a known one once more, with the same value or another. */
    Version again(Version known) {
        boolean isRevision = random.nextBoolean();
        return new Version(known.series, known.measured, known.received + random.nextInt(3) * 1_000_000L,
                isRevision ? value(known.series) : known.value, Grade.GOOD, known.status, known.origin);
    }

    private Value value(int id) {
        boolean isOdd = random.nextInt(12) == 0;
        return isOdd ? values.value() : switch (id) {
            case 1 -> new Value.Float64(random.nextInt(1000) / 100.0);
            case 2 -> new Value.Float32(random.nextInt(9) == 0
                    ? (float) CORNERS[random.nextInt(CORNERS.length)] : random.nextFloat());
            case 3 -> new Value.Bool(random.nextBoolean());
            case 4 -> new Value.Text("state " + random.nextInt(4));
            case 5 -> new Value.Int64(random.nextInt(50));
            case 6 -> new Value.Decimal(random.nextInt(2000), digits[id]);
            case 7 -> new Value.Float64(random.nextInt(3) == 0
                    ? CORNERS[random.nextInt(CORNERS.length)] : Math.scalb(1 + random.nextDouble(),
                            random.nextInt(2100) - 1075));
            default -> new Value.Float64(Math.rint(random.nextGaussian() * Math.pow(10, digits[id]))
                    / Math.pow(10, digits[id]));
        };
    }
}
