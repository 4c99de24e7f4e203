package suimon.connector.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.config.DataSize;
import suimon.config.Describe;
import suimon.config.Within;
import suimon.pipeline.Outlet;
import suimon.pipeline.TokenBucket;
import suimon.reading.Words;

/** What the listener allows and expects of some devices. */
public record DeviceSettings(
        @Describe("The user, or the client id where the listener has no users; * stands for any characters;"
                        + " the first entry that fits decides") String name,
        @Describe("What the operator reads in alarms, for an entry without *") @Nullable Words title,
        @Describe("Connections of one user at once") @Nullable @Within(min = "1", max = "20000") Integer clients,
        @Describe("A larger packet closes the connection") @Nullable DataSize packet,
        @Describe("Messages a second, sustained; beyond, QoS 0 is refused and QoS 1 and 2 are not read on")
                @Nullable @Within(min = "1", max = "1000000") Integer messagesPerSecond,
        @Describe("Messages that may come at once after a pause; left out: what a minute allows")
                @Nullable @Within(min = "1", max = "10000000") Integer burst,
        @Describe("An alarm when no message comes for so long; 0s: never; left out: learned from the device")
                @Nullable Duration silentAfter,
        @Describe("Topic filters it may publish to, with {user} and {client}; left out: everything")
                List<String> publish,
        @Describe("Filters below suimon/ it may subscribe to, with {user} and {client}; left out: everything there")
                List<String> subscribe) {
    /** Where no entry fits. */
    static final DeviceSettings ANY =
            new DeviceSettings("*", null, null, null, null, null, null, List.of(), List.of());

    private static final int FILTERS_MAX = 50;
    public DeviceSettings {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name is empty; expected a user or client id, or * for all others");
        }
        if (publish.size() > FILTERS_MAX || subscribe.size() > FILTERS_MAX) {
            throw new IllegalArgumentException("more than " + FILTERS_MAX + " filters; use + and # to say it shorter");
        }
        if (burst != null && messagesPerSecond == null) {
            throw new IllegalArgumentException("burst without messagesPerSecond, which says how fast it fills again");
        }
        publish.forEach(filter -> check("publish", filter));
        for (String filter : subscribe) {
            check("subscribe", filter);
            if (!filter.startsWith(Outlet.PREFIX)) {
                throw new IllegalArgumentException("subscribe: '" + filter + "', expected a filter below "
                        + Outlet.PREFIX + "; nothing else is handed out");
            }
        }
    }

    /** Whether the entry is about this name. */
    boolean fits(String who) {
        return isOne() ? name.equals(who)
                : Pattern.matches("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E", who);
    }

    /** Whether the entry is about one device and not about all whose names fit. */
    boolean isOne() {
        return name.indexOf('*') < 0;
    }

    /** Messages at once; only where there is a limit per second. */
    int burstOf(int perSecond) {
        return burst != null ? burst : TokenBucket.usualBurst(perSecond);
    }

    private static void check(String key, String filter) {
        String plain = filter.replace("{user}", "x").replace("{client}", "x");
        if (plain.indexOf('{') >= 0 || TopicFilter.parse(plain) == null) {
            throw new IllegalArgumentException(key + ": '" + filter
                    + "', expected a topic filter such as pens/1/# or pens/{user}/+");
        }
    }
}
