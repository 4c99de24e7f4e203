package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import suimon.web.Present.ForecastPoint;

/** Flat columns of forecasts hold what a sorted map of bounded size would, whose bound may change. */
class ForecastTimesTest {
    @Test
    void holdsWhatASortedMapOfTheSameBoundWouldHold() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            int most = 1 + random.nextInt(20);
            ForecastTimes times = new ForecastTimes();
            TreeMap<Long, ForecastPoint> expected = new TreeMap<>();
            for (int step = 0; step < 200; step++) {
                long valid = random.nextInt(60) * 1_000_000_000L;
                long issued = random.nextInt(1000);
                double value = random.nextDouble();
                if (random.nextInt(50) == 0) {
                    most = 1 + random.nextInt(20);
                }
                times.put(valid, issued, value, most);
                expected.put(valid, new ForecastPoint(at(valid), at(issued), value));
                while (expected.size() > most) {
                    expected.pollFirstEntry();
                }
                long from = random.nextInt(61) * 1_000_000_000L - 1 + random.nextInt(3);
                List<ForecastPoint> wanted = new ArrayList<>(expected.tailMap(from, true).values());
                assertThat(times.from(from)).as("seed %d, step %d", seed, step).isEqualTo(wanted);
            }
        }
    }

    private static Instant at(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
