package suimon.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.FileStamp;
import suimon.config.HubConfig;
import suimon.config.Kinds;
import suimon.hub.Gate;
import suimon.hub.Hub;
import suimon.hub.HubFailed;

/**
 * Looks at {@code hub.yaml} every second and hands the hub its gateways when they have changed; one
 * that is revoked is cut off at once. All else waits for the next start, which the log says. A file
 * with problems changes nothing. One thread.
 */
final class HubWatch {
    static final String NAME = "hub-watch";

    private static final Logger LOG = LoggerFactory.getLogger(HubWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Path file;
    private final WrittenFile written;
    private final Kinds kinds;
    private final Hub hub;
    private final List<Gate> gates;
    private HubConfig current;

    /** @param stamp the file's when it was read */
    HubWatch(Path file, @Nullable FileStamp stamp, HubConfig started, Kinds kinds, Hub hub, List<Gate> gates) {
        this.file = file;
        this.written = new WrittenFile(file, stamp);
        this.kinds = kinds;
        this.hub = hub;
        this.gates = List.copyOf(gates);
        current = started;
    }

    /** Works until the thread is interrupted. */
    void run() throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.sleep(EVERY);
            look();
        }
    }

    /** One look. */
    void look() {
        if (!written.isNew()) {
            return;
        }
        try {
            HubConfig next = ConfigFile.hub(file, kinds);
            Set<String> changed = hub.adopt(next);
            changed.forEach(gateway -> gates.forEach(gate -> gate.cutOff(gateway)));
            boolean isLeft = !next.data().equals(current.data()) || !next.web().equals(current.web())
                    || !next.gates().equals(current.gates());
            current = next;
            LOG.info("file={} read again; changed: {}{}", file, changed.isEmpty() ? "no gateway" : changed,
                    isLeft ? "; restart the hub for what is not below gateways" : "");
        } catch (ConfigRefused refusal) {
            LOG.warn("file={} the former configuration stays in use: {} problem(s), the first is {}; see"
                    + " suimon check --hub", file, refusal.problems().size(), refusal.problems().getFirst());
        } catch (HubFailed failed) {
            LOG.warn("file={} the former gateways stay in use: {}", file, failed.getMessage());
        }
    }
}
