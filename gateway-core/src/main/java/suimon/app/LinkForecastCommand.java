package suimon.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.backhaul.TrafficForecast;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.GatewayConfig;
import suimon.config.LinkConfig;
import suimon.config.LinkProfile;
import suimon.config.SeriesConfig;
import suimon.config.UplinkConfig;
import suimon.config.UplinkConfig.Lane;

/** The monthly bill for a configuration, before anything is bought. Reads nothing but the file. */
@Command(name = "forecast", description = "Print what each link of a configuration will carry and cost in a month.")
final class LinkForecastCommand implements Callable<Integer> {
    private static final Duration USUAL = Duration.ofMinutes(1);
    private static final double RESULTS_AN_HOUR = 1;
    private static final int HOURS = 30 * 24;

    @Parameters(paramLabel = "FILE", description = "gateway.yaml (default: ${DEFAULT-VALUE})", arity = "0..1")
    private Path file = Path.of("gateway.yaml");

    @Option(names = "--alarms", description = "occurrences of alarms in a month (default: ${DEFAULT-VALUE})")
    private double alarms = 30;

    @Override
    public Integer call() {
        try {
            System.out.print(text(ConfigFile.gateway(file, new Installation().kinds()), alarms));
            return 0;
        } catch (ConfigRefused refused) {
            System.err.println(refused.getMessage());
            return Suimon.EXIT_FAILED;
        }
    }

    /** What is printed. */
    static String text(GatewayConfig config, double alarms) {
        StringBuilder out = new StringBuilder();
        for (UplinkConfig uplink : config.uplinks()) {
            TrafficForecast forecast = new TrafficForecast(config.site().id(), load(config, uplink, alarms));
            out.append("uplink ").append(uplink.name()).append(", 30 days, each link as if it were the only one\n");
            out.append(String.format(Locale.ROOT, "  %-16s %9s %9s %9s %9s %9s %10s  %s%n",
                    "link", "P0", "P1", "P2", "P3", "upkeep", "all", "cost"));
            for (LinkConfig link : linksOf(config, uplink)) {
                out.append(line(link, uplink, forecast));
            }
        }
        if (config.uplinks().isEmpty()) {
            out.append("no uplinks: nothing leaves the site\n");
        }
        return out.append("""
                Counted: frames as they are made, with MQTT, TLS, TCP, IP and what comes back. Assumed: values that wander by
                a hundredth, a value a minute where a series does not say `every`, a result of each model an hour, %.0f
                alarms a month (--alarms), two new connections a day. Not counted: recordings and pictures.
                """.formatted(alarms)).toString();
    }

    private static String line(LinkConfig link, UplinkConfig uplink, TrafficForecast forecast) {
        Map<Lane, Long> lanes = forecast.bytesByLane(link);
        lanes.keySet().removeIf(lane -> !uplink.lanes().contains(lane)
                || lane != Lane.P0 && !uplink.policy(lane).allows(link.profile()));
        long upkeep = forecast.upkeep(link);
        long all = lanes.values().stream().mapToLong(Long::longValue).sum() + upkeep;
        return String.format(Locale.ROOT, "  %-16s %9s %9s %9s %9s %9s %10s  %s%n", link.name(),
                size(lanes.get(Lane.P0)), size(lanes.get(Lane.P1)), size(lanes.get(Lane.P2)), size(lanes.get(Lane.P3)),
                size(upkeep), size(all), cost(link, all));
    }

    private static String cost(LinkConfig link, long bytes) {
        LinkConfig.Cost cost = link.cost();
        String money = cost == null ? "-" : String.format(Locale.ROOT, "%,.0f %s",
                Math.ceil((double) bytes / cost.unit().bytes()) * cost.price(), cost.currency());
        if (link.cap() == null) {
            return money;
        }
        return money + String.format(Locale.ROOT, ", %.0f %% of the cap%s", 100.0 * bytes / link.cap().bytes(),
                bytes > link.cap().bytes() ? ": TOO MUCH, only alarms would go in the end" : "");
    }

    private static String size(@Nullable Long bytes) {
        if (bytes == null) {
            return "-";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static List<LinkConfig> linksOf(GatewayConfig config, UplinkConfig uplink) {
        if (uplink.paths().isEmpty()) {
            return List.of(new LinkConfig("(any)", LinkProfile.FIBRE, null, null, null, null, 1, List.of(), null, null,
                    null));
        }
        return uplink.paths().stream().flatMap(path -> config.links().stream()
                .filter(link -> link.name().equals(path.link()))).toList();
    }

    private static TrafficForecast.Load load(GatewayConfig config, UplinkConfig uplink, double alarms) {
        List<Duration> every = new ArrayList<>();
        for (SeriesConfig series : config.series().values()) {
            if (series.forwardReadings()) {
                every.add(series.every() == null || !series.every().isPositive() ? USUAL : series.every());
            }
        }
        return new TrafficForecast.Load(every, config.series().size(), uplink.collect(), alarms,
                config.models().size() * RESULTS_AN_HOUR * HOURS);
    }
}
