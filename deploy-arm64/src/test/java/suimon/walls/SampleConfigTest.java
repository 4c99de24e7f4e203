package suimon.walls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import suimon.backhaul.ExportFactory;
import suimon.backhaul.LinkFactory;
import suimon.config.ConfigFile;
import suimon.config.ExportSettings;
import suimon.config.GateSettings;
import suimon.config.GatewayConfig;
import suimon.config.JsonSchema;
import suimon.config.Kinds;
import suimon.config.LinkSettings;
import suimon.config.SourceSettings;
import suimon.hub.GateFactory;
import suimon.pipeline.SourceFactory;

class SampleConfigTest {
    @Test
    void theSampleInTheRepositoryIsAccepted() throws Exception {
        GatewayConfig config = ConfigFile.gateway(Path.of("..", "gateway.yaml"), kinds());

        assertThat(config.sources()).extracting(SourceSettings::name).contains("listener", "harbour", "waterworks", "pump-house", "backfill");
        assertThat(config.alarms()).hasSizeGreaterThan(2);
        assertThat(config.models()).hasSize(1);
    }

    @Test
    void theSampleOfAHubIsAccepted() throws Exception {
        assertThat(ConfigFile.hub(Path.of("..", "hub.yaml"), kinds()).gateways()).containsKeys("pen-1", "pen-2");
    }

    @Test
    void theSchemaKnowsEveryConnector() {
        String schema = JsonSchema.gateway(kinds());

        assertThat(schema).contains("mqtt-listener", "mqtt-client", "opcua", "modbus", "acknowledgeWithin");
    }

    private static Kinds kinds() {
        SortedMap<String, Class<? extends Record>> sources = new TreeMap<>();
        ServiceLoader.load(SourceFactory.class)
                .forEach(one -> sources.put(one.kind(), one.settings().asSubclass(Record.class)));
        SortedMap<String, Class<? extends Record>> links = new TreeMap<>();
        ServiceLoader.load(LinkFactory.class)
                .forEach(one -> links.put(one.kind(), one.settings().asSubclass(Record.class)));
        Map<Class<?>, SortedMap<String, Class<? extends Record>>> places = new HashMap<>();
        places.put(SourceSettings.class, sources);
        places.put(LinkSettings.class, links);
        SortedMap<String, Class<? extends Record>> gates = new TreeMap<>();
        ServiceLoader.load(GateFactory.class)
                .forEach(one -> gates.put(one.kind(), one.settings().asSubclass(Record.class)));
        places.put(GateSettings.class, gates);
        SortedMap<String, Class<? extends Record>> exports = new TreeMap<>();
        ServiceLoader.load(ExportFactory.class)
                .forEach(one -> exports.put(one.kind(), one.settings().asSubclass(Record.class)));
        places.put(ExportSettings.class, exports);
        return new Kinds(places);
    }
}
