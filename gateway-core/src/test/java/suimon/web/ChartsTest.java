package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import suimon.reading.Grade;
import suimon.store.Bucket;

/** What a chart makes of several intervals. */
class ChartsTest {
    private static final long MINUTE = 60_000_000_000L;

    @Test
    void readingsThatAreNotUsableWeighNothingInTheMean() {
        Charts.Sum sum = new Charts.Sum();

        sum.add(new Bucket(0, MINUTE, 60, 1, 100, 100, 100, Grade.FAIL));
        sum.add(new Bucket(MINUTE, MINUTE, 9, 9, 0, 0, 0, Grade.GOOD));
        sum.add(new Bucket(2 * MINUTE, MINUTE, 5, 0, Double.NaN, Double.NaN, Double.NaN, Grade.FAIL));

        assertThat(sum.mean()).isEqualTo(10);
    }
}
