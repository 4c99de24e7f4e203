package suimon.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the paths of the uplinks fit the links of the site. */
final class PathChecks {
    private final ConfigFile.Problems problems;
    private final GatewayConfig config;
    private final Map<String, LinkConfig> links = new LinkedHashMap<>();

    PathChecks(ConfigFile.Problems problems, GatewayConfig config) {
        this.problems = problems;
        this.config = config;
        config.links().forEach(link -> links.put(link.name(), link));
    }

    void run() {
        for (int index = 0; index < config.uplinks().size(); index++) {
            UplinkConfig uplink = config.uplinks().get(index);
            check("uplinks[" + index + "]", uplink.paths());
        }
    }

    private void check(String place, List<UplinkConfig.Path> paths) {
        Set<String> taken = new HashSet<>();
        for (int index = 0; index < paths.size(); index++) {
            UplinkConfig.Path path = paths.get(index);
            String at = place + ".paths[" + index + "].link";
            LinkConfig link = links.get(path.link());
            if (link == null) {
                problems.addAtPath(at, "'" + path.link() + "'",
                        "the name of one of links: " + links.keySet() + Names.nearest(path.link(), links.keySet()));
            } else if (!taken.add(path.link())) {
                problems.addAtPath(at, "'" + path.link() + "' a second time", "each link once, the preferred one first");
            } else if (link.profile().isOfMessages() && !path.transport().isDatagram()) {
                problems.addAtPath(at, "'" + path.link() + "', a link of short messages, with a transport that connects",
                        "a link that carries connections; MQTT and HTTPS need one");
            }
        }
    }
}
