package suimon.app;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import suimon.backhaul.ExportFactory;
import suimon.backhaul.LinkFactory;
import suimon.config.ExportSettings;
import suimon.config.GateSettings;
import suimon.config.Kinds;
import suimon.config.LinkSettings;
import suimon.config.SourceSettings;
import suimon.hub.GateFactory;
import suimon.pipeline.SourceFactory;

/** What is on the class path: the connectors this installation has. */
final class Installation {
    private final SortedMap<String, SourceFactory> sources = found(SourceFactory.class, SourceFactory::kind);
    private final SortedMap<String, LinkFactory> links = found(LinkFactory.class, LinkFactory::kind);
    private final SortedMap<String, ExportFactory> exports = found(ExportFactory.class, ExportFactory::kind);
    private final SortedMap<String, GateFactory> gates = found(GateFactory.class, GateFactory::kind);

    /** The records that {@code kind} chooses from. */
    Kinds kinds() {
        return new Kinds(Map.of(
                SourceSettings.class, records(sources, SourceFactory::settings),
                LinkSettings.class, records(links, LinkFactory::settings),
                ExportSettings.class, records(exports, ExportFactory::settings),
                GateSettings.class, records(gates, GateFactory::settings)));
    }

    SourceFactory source(SourceSettings settings) {
        return factory(sources, SourceFactory::settings, settings);
    }

    /** The kind that chose these settings, as in the configuration. */
    String kind(SourceSettings settings) {
        return source(settings).kind();
    }

    LinkFactory link(LinkSettings settings) {
        return factory(links, LinkFactory::settings, settings);
    }

    ExportFactory export(ExportSettings settings) {
        return factory(exports, ExportFactory::settings, settings);
    }

    GateFactory gate(GateSettings settings) {
        return factory(gates, GateFactory::settings, settings);
    }

    private static <F> SortedMap<String, F> found(Class<F> port, Function<F, String> kind) {
        SortedMap<String, F> factories = new TreeMap<>();
        ServiceLoader.load(port).forEach(factory -> factories.put(kind.apply(factory), factory));
        return factories;
    }

    private static <F> SortedMap<String, Class<? extends Record>> records(
            SortedMap<String, F> factories, Function<F, Class<?>> settings) {
        SortedMap<String, Class<? extends Record>> records = new TreeMap<>();
        factories.forEach((kind, factory) -> records.put(kind, settings.apply(factory).asSubclass(Record.class)));
        return records;
    }

    private static <F> F factory(SortedMap<String, F> factories, Function<F, Class<?>> type, Object settings) {
        return factories.values().stream()
                .filter(factory -> type.apply(factory) == settings.getClass())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no connector for " + settings.getClass()));
    }
}
