package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    private static final Kinds KINDS = new Kinds(
            Map.of(SourceSettings.class, new TreeMap<>(Map.of("probe", ProbeSettings.class))));

    @TempDir
    Path folder;

    record ProbeSettings(String name, @Default("1883") @Within(min = "0", max = "65535") int port,
            @Default("env:PROBE") Secret password) implements SourceSettings {}

    @Test
    void whatIsLeftOutHasItsDefault() throws Exception {
        GatewayConfig config = read("""
                site: {id: pen-1, title: 生簀}
                data: {folder: store}
                web:
                """);

        assertThat(config.data().folder()).as("relative to the file").isEqualTo(folder.resolve("store"));
        assertThat(config.data().acknowledgeWithin()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.data().quota()).isEqualTo(new DataSize(4_000_000_000L));
        assertThat(config.data().lateAfter()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.data().sealAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(config.data().durability()).isEqualTo(DataConfig.Durability.FULL);
        assertThat(config.web().address()).isEqualTo("127.0.0.1");
        assertThat(config.site().title().en()).isEqualTo("生簀");
        assertThat(config.sources()).isEmpty();
    }

    @Test
    void tenMistakesMakeTenMessagesWithTheirPlaces() throws Exception {
        List<ConfigProblem> problems = problemsOf("""
                site: {id: pen 1, title: 生簀}
                data: {quota: many, acknowledgeWithin: 20 seconds}
                web: {prot: 8080}
                sources:
                  - {kind: prob, name: a}
                  - {kind: probe, name: b, port: 70000, password: hunter2}
                series:
                  pen1/do: {unit: mgL, every: 15min}
                alarms:
                  - {name: low, series: pen1/od, severity: grave, action: {ja: 見る, en: look}, below: 3}
                  - {name: none, series: pen1/do, severity: alert, below: 3}
                """);

        assertThat(problems).extracting(problem -> problem.line() + " " + problem.path()).containsExactly(
                "2 data.quota", "2 data.acknowledgeWithin", "3 web.prot", "5 sources[0].kind",
                "6 sources[1].port", "6 sources[1].password", "8 series.pen1/do.unit",
                "10 alarms[0].severity", "11 alarms[1].action");
        assertThat(problems.get(2).toString()).contains("did you mean 'port'?");
        assertThat(problems.get(3).expected()).contains("did you mean 'probe'?");
        assertThat(problems.toString()).doesNotContain("hunter2");
    }

    @Test
    void whenReadingsAreSealedMayBeSaidWithinBounds() throws Exception {
        String yaml = "site: {id: pen-1, title: 生簀}\ndata: {sealAfter: %s}\nweb:\n";

        assertThat(read(yaml.formatted("5min")).data().sealAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(problemsOf(yaml.formatted("10s"))).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.path()).isEqualTo("data.sealAfter");
            assertThat(problem.found()).isEqualTo("10s");
            assertThat(problem.expected()).isEqualTo("at least 1min and at most 1d");
        });
        assertThat(problemsOf(yaml.formatted("2d"))).hasSize(1);
        assertThat(problemsOf(yaml.formatted("never")).getFirst().expected()).contains("a duration such as");
    }

    @Test
    void namesThatDoNotMeetAreFoundOnceTheTreeStands() throws Exception {
        List<ConfigProblem> problems = problemsOf("""
                site: {id: pen 1, title: 生簀}
                data:
                web:
                series:
                  pen1/do: {unit: mg/L}
                alarms:
                  - {name: low, series: pen1/od, severity: alert, action: {ja: 見る, en: look}, below: 3}
                  - {name: low, series: pen1/do, severity: alert, action: {ja: 見る, en: look}, below: 3, above: 9}
                """);

        assertThat(problems).extracting(ConfigProblem::path)
                .containsExactly("site.id", "alarms[0].series", "alarms[1]", "alarms[1].name");
        assertThat(problems.get(1).expected()).contains("did you mean 'pen1/do'?");
    }

    @Test
    void whatIsNoYamlSaysWhere() throws Exception {
        assertThat(problemsOf("site: {id: pen-1\ndata: [")).hasSize(1)
                .allMatch(problem -> problem.line() >= 1 && problem.found().startsWith("not YAML"));
        assertThat(problemsOf("")).extracting(ConfigProblem::found).containsExactly("an empty file");
        assertThatThrownBy(() -> ConfigFile.gateway(folder.resolve("absent.yaml"), KINDS))
                .isInstanceOf(ConfigRefused.class).hasMessageContaining("no such file");
    }

    @Test
    void aSecretNeverAppearsInWhatIsPrinted() throws Exception {
        Path secret = Files.writeString(folder.resolve("token"), "s3cret\n");

        Secret pointed = new Secret("file:" + secret);

        assertThat(pointed.read()).isEqualTo("s3cret");
        assertThat(pointed.toString()).doesNotContain("s3cret");
        assertThatThrownBy(() -> new Secret("s3cret")).hasMessageNotContaining("s3cret");
    }

    private GatewayConfig read(String yaml) throws IOException, ConfigRefused {
        return ConfigFile.gateway(Files.writeString(folder.resolve("gateway.yaml"), yaml), KINDS);
    }

    private List<ConfigProblem> problemsOf(String yaml) throws IOException {
        try {
            throw new AssertionError("accepted: " + read(yaml));
        } catch (ConfigRefused refusal) {
            return refusal.problems();
        }
    }
}
