package suimon.connector.mqtt;

import java.util.List;
import java.util.Objects;
import suimon.pipeline.Outlet;

/**
 * Which topics one connection may use: its role first, then the filters of its entry below
 * {@code devices}. Immutable.
 */
final class Permits {
    private final boolean mayPublish;
    private final List<TopicFilter> publish;
    private final List<TopicFilter> subscribe;

    Permits(boolean mayPublish, DeviceSettings settings, String user, String client) {
        this.mayPublish = mayPublish;
        publish = filled(settings.publish(), user, client);
        subscribe = filled(settings.subscribe(), user, client);
    }

    /** Whether it may publish anything. */
    boolean mayPublish() {
        return mayPublish;
    }

    /** Never below {@code suimon/}, where the gateway speaks, nor to what brokers reserve. */
    boolean mayPublish(String topic) {
        boolean isReserved = topic.startsWith(Outlet.PREFIX) || topic.startsWith("$");
        if (!mayPublish || isReserved || publish.isEmpty()) {
            return mayPublish && !isReserved;
        }
        String[] levels = TopicFilter.levelsOf(topic);
        return publish.stream().anyMatch(filter -> filter.matches(levels));
    }

    /** Whether everything that the filter matches is permitted. */
    boolean maySubscribe(TopicFilter filter) {
        return subscribe.isEmpty() || subscribe.stream().anyMatch(permitted -> permitted.covers(filter));
    }

    /** A name with a slash or wildcard would reach further than its place, so it opens nothing. */
    private static List<TopicFilter> filled(List<String> filters, String user, String client) {
        List<TopicFilter> filled = filters.stream()
                .filter(filter -> isLevel(user) || !filter.contains("{user}"))
                .filter(filter -> isLevel(client) || !filter.contains("{client}"))
                .map(filter -> TopicFilter.parse(filter.replace("{user}", user).replace("{client}", client)))
                .filter(Objects::nonNull).toList();
        return filled.isEmpty() && !filters.isEmpty() ? List.of(NOTHING) : filled;
    }

    private static boolean isLevel(String name) {
        return !name.isEmpty() && name.chars().noneMatch(one -> one == '/' || one == '+' || one == '#');
    }

    /** A filter that no topic matches, since topics have no NUL (MQTT 5, 1.5.4). */
    private static final TopicFilter NOTHING = Objects.requireNonNull(TopicFilter.parse("\0"));
}
