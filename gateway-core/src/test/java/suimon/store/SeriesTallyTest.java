package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Counters in columns are what a map of arrays would hold, and come back from their bytes. */
class SeriesTallyTest {
    private static final int WIDTH = 3;

    @Test
    void countsAndComesBackAsAMapOfArraysWould() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            SeriesTally tally = new SeriesTally(WIDTH);
            Map<Integer, long[]> expected = new TreeMap<>();
            for (int step = 0; step < 300; step++) {
                int series = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(200);
                long first = random.nextInt(3) - 1;
                long second = random.nextInt(3) - 1;
                tally.add(series, first, second);
                long[] row = expected.computeIfAbsent(series, missing -> new long[WIDTH]);
                row[0] += first;
                row[1] += second;
            }
            ByteWriter bytes = new ByteWriter(64);
            tally.write(bytes);
            SeriesTally read = new SeriesTally(WIDTH);
            read.read(new ByteReader(bytes.toBytes()));

            assertThat(found(tally)).as("seed %d", seed).usingRecursiveComparison().isEqualTo(expected);
            expected.values().removeIf(row -> Arrays.stream(row).allMatch(count -> count == 0));
            assertThat(found(read)).as("seed %d", seed).usingRecursiveComparison().isEqualTo(expected);
            assertThat(tally.isZero()).isEqualTo(expected.isEmpty());
        }
    }

    @Test
    void whatWasTakenOffAgainIsZero() {
        SeriesTally tally = new SeriesTally(WIDTH);
        tally.add(7, 5, 5);
        assertThat(tally.isZero()).isFalse();

        tally.add(7, -5, -5);

        assertThat(tally.isZero()).isTrue();
    }

    private static Map<Integer, long[]> found(SeriesTally tally) {
        Map<Integer, long[]> found = new TreeMap<>();
        tally.forEach((series, all, at) -> found.put(series, Arrays.copyOfRange(all, at, at + WIDTH)));
        return found;
    }
}
