package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathsConfigTest {
    private static final Kinds KINDS = new Kinds(
            Map.of(LinkSettings.class, new TreeMap<>(Map.of("probe", Connecting.class))));

    @TempDir
    Path folder;

    record Connecting() implements LinkSettings {}

    @Test
    void aLinkThatIsUnknownOrNamedTwiceOrCarriesNoConnectionIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                site: {id: pen-1, title: 生簀}
                data: {folder: store}
                links:
                  - {name: fibre, profile: fibre}
                  - {name: buoy, profile: short-message}
                uplinks:
                  - name: hub
                    paths:
                      - {link: fibre, transport: {kind: probe}}
                      - {link: fibr, transport: {kind: probe}}
                      - {link: fibre, transport: {kind: probe}}
                      - {link: buoy, transport: {kind: probe}}
                """);

        ConfigRefused refused = catchThrowableOfType(ConfigRefused.class, () -> ConfigFile.gateway(file, KINDS));

        assertThat(refused.problems()).extracting(ConfigProblem::found).containsExactly("'fibr'",
                "'fibre' a second time", "'buoy', a link of short messages, with a transport that connects");
        assertThat(refused.problems()).extracting(ConfigProblem::line).containsExactly(10, 11, 12);
    }
}
