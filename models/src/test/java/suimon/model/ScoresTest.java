package suimon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The examples are those of scikit-learn's documentation, and one with ties worked by hand. */
class ScoresTest {
    private static final double[] SCORE = {0.1, 0.4, 0.35, 0.8};
    private static final boolean[] EVENT = {false, false, true, true};

    @Test
    void areaUnderRocAndAveragePrecisionAreThoseOfTheBooks() {
        assertThat(Scores.areaUnderRoc(SCORE, EVENT)).isCloseTo(0.75, within(1e-12));
        assertThat(Scores.averagePrecision(SCORE, EVENT)).isCloseTo(0.8333333, within(1e-6));
    }

    @Test
    void aScoreThatIsAlwaysTheSameKnowsNothing() {
        double[] same = {1, 1, 1, 1};

        assertThat(Scores.areaUnderRoc(same, EVENT)).isEqualTo(0.5);
        assertThat(Scores.averagePrecision(same, EVENT)).isEqualTo(0.5);
    }

    @Test
    void errorsAreTheMeanTheRootAndBriersSquare() {
        double[] forecast = {1, 2, 3};
        double[] truth = {1, 4, 2};

        assertThat(Scores.meanAbsoluteError(forecast, truth)).isEqualTo(1);
        assertThat(Scores.rootMeanSquaredError(forecast, truth)).isCloseTo(Math.sqrt(5 / 3.0), within(1e-12));
        assertThat(Scores.brier(new double[] {1, 0.5}, new boolean[] {true, false})).isEqualTo(0.125);
    }
}
