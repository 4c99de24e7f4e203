package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.fuzz.FuzzContract;
import suimon.fuzz.Subject;

/** YAML as people and broken editors write it: bound, or refused with all its problems in words. */
class ConfigFuzzTest extends FuzzContract {
    private static final String GOOD = """
            site: {id: pen-1, title: {ja: 生簀, en: Pen}}
            data: {folder: store, quota: 2GB, sealAfter: 1h}
            web: {port: 8080}
            series:
              pen1/do: {unit: mg/L, every: 15min}
            alarms:
              - {name: low, series: pen1/do, severity: alert, action: {ja: 見る, en: look}, message: {ja: 低, en: low}, below: 3}
            """;

    @Override
    protected List<Subject> subjects() {
        return List.of(new Subject("config", List.of(GOOD.getBytes(StandardCharsets.UTF_8)), ConfigFuzzTest::reads)
                .rounds(Subject.ROUNDS / 50).allocating(8 << 20, 20_000));
    }

    @Test
    void aFileThatNestsWithoutEndIsRefused() {
        for (String opening : List.of("[", "{a: ", "- ", "? ", "a:\n ")) {
            byte[] deep = opening.repeat(100_000).getBytes(StandardCharsets.UTF_8);
            assertThat(reads(deep)).as(opening).isFalse();
        }
        assertThat(problem("[".repeat(100_000))).isEqualTo("not YAML: nested deeper than 50");
        StringBuilder indented = new StringBuilder();
        for (int level = 0; level < 1500; level++) {
            indented.append(" ".repeat(level)).append("a:\n");
        }
        assertThat(reads(indented.toString().getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @Test
    void aFileWhoseAliasesMultiplyIsRefusedBeforeTheyDo() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 12; level++) {
            bomb.append("a").append(level).append(": &a").append(level).append(" [");
            bomb.append(("*a" + (level - 1) + ", ").repeat(10)).append("]\n");
        }
        String inPlace = bomb + "sources: *a11\nalarms: *a11\nseries: {x: {missing: *a11}}\n";

        assertThat(reads(inPlace.getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(reads("a: &a [*a]\nalarms: *a\n".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(reads("site: &s {id: *s, title: *s}\n".getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    private static String problem(String text) {
        try {
            ConfigFile.description("deep.yaml", text, GatewayConfig.class);
            return "none";
        } catch (ConfigRefused refused) {
            return refused.problems().getFirst().found();
        }
    }

    private static boolean reads(byte[] input) {
        try {
            ConfigFile.description("fuzzed.yaml", new String(input, StandardCharsets.UTF_8), GatewayConfig.class);
            return true;
        } catch (ConfigRefused refused) {
            assertThat(refused.problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem.expected()).isNotBlank());
            return false;
        }
    }
}
