package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import suimon.config.ModelConfig;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.reading.Unit;

class ModelFitTest {
    private static final Unit OXYGEN = new Unit("mg/L");

    @Test
    void aSeriesOfTheRightUnitPeriodAndRangeFits() {
        assertThat(problems(series(OXYGEN, Duration.ofMinutes(15), 0, 20))).isEmpty();
    }

    @Test
    void anotherUnitIsRefusedWithItsCure() {
        assertThat(problems(series(new Unit("%"), Duration.ofMinutes(15), 0, 20))).containsExactly(
                "model pen1, input oxygen: found series 'pen1/do' in '%', expected the unit mg/L;"
                        + " give that as unit: and what is sent as rawUnit:");
    }

    @Test
    void aSeriesThatIsMeasuredTooSeldomIsRefused() {
        assertThat(problems(series(OXYGEN, Duration.ofHours(3), 0, 20))).containsExactly(
                "model pen1, input oxygen: found series 'pen1/do' every 180 min, expected a value at"
                        + " least every 60 min");
    }

    @Test
    void aSeriesThatLivesInAnotherRangeIsRefused() {
        assertThat(problems(series(OXYGEN, Duration.ofMinutes(15), 60, 140))).singleElement().asString()
                .contains("from 60.0 to 140.0", "between 0.0 and 25.0 mg/L");
    }

    @Test
    void missingAndUnknownRolesAreNamed() {
        ModelConfig config = new ModelConfig("pen1", "test", null, Map.of("oxigen", "pen1/do"), "pen1/ahead");

        assertThat(ModelFit.problems(TestModel.fourHours(), config, Map.of())).containsExactly(
                "model pen1, input oxigen: found the package has no such input, expected one of"
                        + " [oxygen, temperature]",
                "model pen1, input oxygen: found no series, expected a series in mg/L under inputs:");
    }

    private static List<String> problems(SeriesConfig series) {
        ModelConfig config = new ModelConfig("pen1", "test", null, Map.of("oxygen", "pen1/do"), "pen1/ahead");
        return ModelFit.problems(TestModel.fourHours(), config, Map.of("pen1/do", series));
    }

    private static SeriesConfig series(Unit unit, Duration every, double low, double high) {
        GradeConfig grade = new GradeConfig(new GradeConfig.GrossRange(low - 10, high + 10, low, high),
                List.of(), null, null, null, null, null, null, null);
        return new SeriesConfig(null, unit, every, null, null, null, grade, true);
    }
}
