package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pages of numbers hold what a map of arrays would. */
class LongsBySeriesTest {
    private static final int WIDTH = 3;
    private static final long BLANK = -7;

    @Test
    void holdsWhatAMapOfArraysWouldHold() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            LongsBySeries numbers = new LongsBySeries(WIDTH, BLANK);
            Map<Integer, long[]> expected = new TreeMap<>();
            for (int step = 0; step < 500; step++) {
                int series = series(random);
                int column = random.nextInt(WIDTH);
                long[] row = expected.computeIfAbsent(series, missing -> new long[] {BLANK, BLANK, BLANK});
                if (random.nextBoolean()) {
                    row[column] = step;
                    numbers.set(series, column, step);
                } else {
                    row[column] += step;
                    numbers.add(series, column, step);
                }
                int other = series(random);
                assertThat(numbers.has(other)).as("seed %d, step %d", seed, step).isEqualTo(expected.containsKey(other));
                if (random.nextInt(300) == 0) {
                    expected.clear();
                    numbers.clear();
                }
            }

            Map<Integer, long[]> found = new TreeMap<>();
            numbers.forEach((series, all, at) -> found.put(series, new long[] {all[at], all[at + 1], all[at + 2]}));

            assertThat(found).as("seed %d", seed).usingRecursiveComparison().isEqualTo(expected);
            expected.forEach((series, row) -> assertThat(numbers.get(series, 1)).isEqualTo(row[1]));
            assertThat(numbers.get(1_000_000, 2)).isEqualTo(BLANK);
        }
    }

    /** Mostly as the store gives them, and what a damaged file may claim. */
    private static int series(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> -1 - random.nextInt(300);
            case 1 -> Integer.MAX_VALUE - random.nextInt(300);
            case 2 -> Integer.MIN_VALUE + random.nextInt(300);
            default -> 1 + random.nextInt(400);
        };
    }
}
