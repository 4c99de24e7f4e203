package suimon.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The published figures are those that the gateway gets: windows, runtime and baselines, end to end
 * on the real series. Skipped where the data isn't at hand.
 */
class HypoxiaEvaluationTest {
    private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d{4}");

    @Test
    void scoringAgainGivesThePublishedEvaluation() throws Exception {
        Path data = NerrsFolder.orSkip();
        String published = Files.readString(Path.of("packages/hypoxia/evaluation.json"));

        String scored = Evaluate.score(Path.of("packages"), data, published);

        assertThat(DECIMAL.matcher(scored).replaceAll("#")).isEqualTo(DECIMAL.matcher(published).replaceAll("#"));
        List<Double> found = decimals(scored);
        List<Double> expected = decimals(published);
        assertThat(found).hasSameSizeAs(expected);
        for (int index = 0; index < found.size(); index++) {
            // Half of it is rounding; the other half is another processor's last digits.
            assertThat(Math.abs(found.get(index) - expected.get(index))).isLessThanOrEqualTo(2.1e-4);
        }
    }

    private static List<Double> decimals(String text) {
        return DECIMAL.matcher(text).results().map(match -> Double.valueOf(match.group())).toList();
    }
}
