package suimon.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.FileStamp;
import suimon.config.GatewayConfig;
import suimon.config.Kinds;
import suimon.config.SourceSettings;
import suimon.pipeline.Source;

/**
 * Looks at {@code gateway.yaml} every second and hands each source its settings when they have
 * changed; what a source can't take over while it runs, and everything else, waits for the next
 * start, which the log says. A file with problems changes nothing. One thread.
 */
final class ConfigWatch {
    static final String NAME = "config-watch";

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Path file;
    private final Kinds kinds;
    private final List<Source> sources;
    private GatewayConfig current;
    private final WrittenFile written;

    /**
     * For a gateway that runs.
     *
     * @param stamp the file's {@link #stampOf} when it was read
     */
    ConfigWatch(Path file, @Nullable FileStamp stamp, GatewayConfig started, Kinds kinds, List<Source> sources) {
        this.file = file;
        this.kinds = kinds;
        this.sources = List.copyOf(sources);
        current = started;
        written = new WrittenFile(file, stamp);
    }

    /** Works until the thread is interrupted. */
    void run() throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.sleep(EVERY);
            look();
        }
    }

    /** One look; a file that has changed since the last one may still be written, and waits for the next. */
    void look() {
        if (!written.isNew()) {
            return;
        }
        try {
            GatewayConfig next = ConfigFile.gateway(file, kinds);
            List<String> left = adopt(next);
            current = next;
            LOG.info("file={} read again{}", file, left.isEmpty() ? ""
                    : "; restart the gateway for the changes of " + String.join(", ", left));
        } catch (ConfigRefused refusal) {
            LOG.warn("file={} the former configuration stays in use: {} problem(s), the first is {}; see suimon check",
                    file, refusal.problems().size(), refusal.problems().getFirst());
        }
    }

    /** What needs a restart. */
    private List<String> adopt(GatewayConfig next) {
        List<String> left = new ArrayList<>();
        Map<String, SourceSettings> before = new HashMap<>();
        current.sources().forEach(each -> before.put(each.name(), each));
        for (SourceSettings each : next.sources()) {
            SourceSettings old = before.remove(each.name());
            if (!each.equals(old) && !(old != null && isAdopted(each))) {
                left.add("source " + each.name());
            }
        }
        before.keySet().forEach(gone -> left.add("source " + gone));
        if (!without(current).equals(without(next))) {
            left.add("what is not below sources");
        }
        return left;
    }

    private boolean isAdopted(SourceSettings settings) {
        return sources.stream().anyMatch(source -> source.name().equals(settings.name()) && source.adopt(settings));
    }

    private static GatewayConfig without(GatewayConfig config) {
        return new GatewayConfig(config.site(), config.data(), config.web(), List.of(), config.series(),
                config.alarms(), config.models(), config.links(), config.uplinks(), config.exports(), config.time());
    }

    /** Null while there is no file. */
    static @Nullable FileStamp stampOf(Path file) {
        return WrittenFile.stampOf(file);
    }
}
