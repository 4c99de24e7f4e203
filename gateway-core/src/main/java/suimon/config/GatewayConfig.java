package suimon.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything {@code gateway.yaml} says, read once at start. */
@Describe("A Suimon gateway")
public record GatewayConfig(
        @Describe("The site this box stands at") SiteConfig site,
        @Describe("Where data is kept and for how long") DataConfig data,
        @Describe("The operator page and the API") WebConfig web,
        @Describe("Where readings come from") List<SourceSettings> sources,
        @Describe("What is measured, by series name") Map<String, SeriesConfig> series,
        @Describe("When to call a person, and what to do then") List<AlarmConfig> alarms,
        @Describe("Models that run on the box") List<ModelConfig> models,
        @Describe("The ways out of the site, for uplinks with several paths") List<LinkConfig> links,
        @Describe("Where data goes") List<UplinkConfig> uplinks,
        @Describe("Who is told in another language than a hub's") List<ExportSettings> exports,
        @Describe("How far clocks are trusted") TimeConfig time) {
    public GatewayConfig {
        sources = List.copyOf(sources);
        series = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(series));
        alarms = List.copyOf(alarms);
        models = List.copyOf(models);
        links = List.copyOf(links);
        uplinks = List.copyOf(uplinks);
        exports = List.copyOf(exports);
    }

    /** What the hub of an uplink may ask for. */
    public Set<UplinkConfig.Command> commandsOf(String uplink) {
        return uplinks.stream().filter(one -> one.name().equals(uplink)).findFirst().map(UplinkConfig::commands)
                .orElse(Set.of());
    }
}
