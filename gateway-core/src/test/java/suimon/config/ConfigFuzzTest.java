package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
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
