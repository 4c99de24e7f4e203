package suimon.connector.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.ConfigFile;
import suimon.config.GatewayConfig;
import suimon.config.Kinds;
import suimon.config.SourceSettings;
import suimon.pipeline.FreePorts;
import suimon.pipeline.ScriptedInbox;
import suimon.pipeline.Source;
import suimon.pipeline.SourceFactory;

class SiteSimulatorTest {
    @TempDir Path folder;

    /** The demo's configuration with these ports. */
    private GatewayConfig demo(int mqttPort, int opcUaPort) throws Exception {
        String text;
        try (var stream = SiteSimulator.class.getResourceAsStream("demo.yaml")) {
            text = new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        Path file = Files.writeString(folder.resolve("demo.yaml"),
                text.replace("port: 1883", "port: " + mqttPort).replace(":4840", ":" + opcUaPort));
        SortedMap<String, Class<? extends Record>> kinds = new TreeMap<>();
        ServiceLoader.load(SourceFactory.class).forEach(factory ->
                kinds.put(factory.kind(), factory.settings().asSubclass(Record.class)));
        return ConfigFile.gateway(file, new Kinds(Map.of(SourceSettings.class, kinds)));
    }

    @Test
    void theDemosConfigurationIsGoodAndItsSourcesGetThePastAndThePresent() throws Exception {
        int mqttPort = FreePorts.next();
        int opcUaPort = FreePorts.next();
        GatewayConfig config = demo(mqttPort, opcUaPort);
        ScriptedInbox inbox = new ScriptedInbox().commitsByItself();
        List<Source> sources = new ArrayList<>();
        SimulatorOptions options = SimulatorOptions.parse("--mqtt", "tcp://127.0.0.1:" + mqttPort,
                "--opcua-port", Integer.toString(opcUaPort), "--history-hours", "72", "--every-millis", "200");

        try (SiteSimulator site = new SiteSimulator(options, Clock.systemUTC())) {
            for (SourceSettings settings : config.sources()) {
                for (SourceFactory factory : ServiceLoader.load(SourceFactory.class)) {
                    if (factory.settings() == settings.getClass()) {
                        Source source = factory.open(settings, inbox.context(folder.resolve(settings.name())));
                        sources.add(source);
                        source.start();
                    }
                }
            }
            site.start();
            inbox.await(all -> count(all, "pen/1/8m ") > 440 && count(all, "greenhouse/1/air ") > 440);
            inbox.await(all -> count(all, "main/pressure ") > 4_330 && count(all, "main/flow ") > 4_330);
        } finally {
            sources.forEach(Source::close);
        }

        assertThat(sources).hasSize(2);
        assertThat(inbox.texts()).noneMatch(text -> text.startsWith("lost"));
        assertThat(config.series()).containsKeys("pen-1/8m/oxygen", "main/pressure", "greenhouse-1/humidity");
    }

    private static long count(ScriptedInbox inbox, String prefix) {
        return inbox.texts().stream().filter(text -> text.startsWith(prefix)).count();
    }
}
