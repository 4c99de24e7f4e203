package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.config.SeriesConfig.FlatLine;
import suimon.config.SeriesConfig.GradeConfig;
import suimon.config.SeriesConfig.GrossRange;
import suimon.config.SeriesConfig.RateOfChange;
import suimon.config.SeriesConfig.Spike;
import suimon.reading.Grade;

/** Flags are those that ioos_qc gives for the same values and thresholds. */
class GraderTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void grossRangeSpansAreInclusive() {
        Grader grader = new Grader(new GradeConfig(new GrossRange(0, 20, 1, 15), null, null, null));

        assertThat(flags(grader, 1, 0, 1, 15, 15.1, 20, 20.1, -0.1, Double.NaN))
                .containsExactly(3, 1, 1, 3, 3, 4, 4, 9);
    }

    @Test
    void spikeIsJudgedOneValueLater() {
        Grader grader = new Grader(new GradeConfig(null, null, null, new Spike(25, 50)));
        double[] values = {10, 12, 999.99, 13, 15, 40, 9, 9};

        List<Integer> final_ = new ArrayList<>();
        for (int index = 0; index < values.length; index++) {
            Grader.Verdict verdict = grader.grade(values[index], index * SECOND);
            if (index > 0) {
                final_.set(index - 1, verdict.previousSpike().flag());
            }
            final_.add(Grade.NOT_EVALUATED.flag());
        }

        assertThat(final_).containsExactly(2, 4, 4, 4, 1, 3, 1, 2);
    }

    @Test
    void rateOfChangeIsPerSecondAndTheFirstIsGood() {
        Grader grader = new Grader(new GradeConfig(null, new RateOfChange(5.0 / (15 * 60)), null, null));

        assertThat(flags(grader, 15 * 60, 2, 10, 2.1, 3, 4, 5, 7, 10, 0, 2, 2.2, 2, 1, 2, 3, 90, 91))
                .containsExactly(1, 3, 3, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 3, 1);
    }

    @Test
    void flatLineIsSuspectThenFails() {
        Grader grader = new Grader(new GradeConfig(
                null, null, new FlatLine(0.01, Duration.ofSeconds(3), Duration.ofSeconds(5)), null));

        assertThat(flags(grader, 1, 1, 2, 2.0001, 2, 2.0001, 2, 2.0001, 2, 4, 5))
                .containsExactly(1, 1, 1, 1, 3, 3, 4, 4, 1, 1);
    }

    private static List<Integer> flags(Grader grader, long stepSeconds, double... values) {
        List<Integer> flags = new ArrayList<>();
        long at = 0;
        for (double value : Arrays.stream(values).toArray()) {
            flags.add(grader.grade(value, at * SECOND).grade().flag());
            at += stepSeconds;
        }
        return flags;
    }
}
