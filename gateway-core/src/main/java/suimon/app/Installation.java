package suimon.app;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import suimon.config.Kinds;
import suimon.config.SourceSettings;
import suimon.pipeline.SourceFactory;

/** What is on the class path: the connectors and models this installation has. */
final class Installation {
    private final SortedMap<String, SourceFactory> sources = new TreeMap<>();

    Installation() {
        ServiceLoader.load(SourceFactory.class).forEach(factory -> sources.put(factory.kind(), factory));
    }

    /** The records that {@code kind} chooses from. */
    Kinds kinds() {
        SortedMap<String, Class<? extends Record>> sourceKinds = new TreeMap<>();
        sources.forEach((kind, factory) -> sourceKinds.put(kind, factory.settings().asSubclass(Record.class)));
        return new Kinds(Map.of(SourceSettings.class, sourceKinds));
    }

    SourceFactory source(SourceSettings settings) {
        return sources.values().stream()
                .filter(factory -> factory.settings() == settings.getClass())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no connector for " + settings.getClass()));
    }
}
