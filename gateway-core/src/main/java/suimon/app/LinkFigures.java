package suimon.app;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Description;
import suimon.pipeline.Inbox;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext.Descriptions;
import suimon.reading.Nanos;
import suimon.reading.Value;
import suimon.web.Status;
import suimon.web.Status.WayStatus;

/**
 * Keeps what is measured of each path as series, {@code suimon/link/UPLINK/LINK/rtt} and so on, so that it is charted
 * and pulled like any other. They stay at the gateway unless the configuration names them. A minute in which nothing
 * went over a path has no figures: nothing is sent to have some. A thread of its own.
 */
final class LinkFigures implements Runnable {
    /** The thread's, and the source's in the books. */
    static final String NAME = "link-figures";
    /** What all their names begin with. */
    static final String PREFIX = "suimon/link/";

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Supplier<List<Status.LinkStatus>> links;
    private final Inbox inbox;
    private final Descriptions descriptions;
    private final Clock clock;
    private final Map<String, WayStatus> before = new HashMap<>();

    LinkFigures(Supplier<List<Status.LinkStatus>> links, Inbox inbox, Descriptions descriptions, Clock clock) {
        this.links = links;
        this.inbox = inbox;
        this.descriptions = descriptions;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            while (true) {
                look();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hands over what has changed since the last look; when there is no room it is left out. */
    void look() {
        long now = Nanos.of(clock.instant());
        List<Sample> samples = new ArrayList<>();
        for (Status.LinkStatus link : links.get()) {
            for (WayStatus way : link.ways()) {
                String name = PREFIX + link.destination() + "/" + way.link();
                WayStatus last = before.put(name, way);
                add(samples, name, way, last, now);
            }
        }
        if (!samples.isEmpty()) {
            inbox.offer(new Delivery.Samples(NAME, samples, now, List.of(), Receipt.NONE));
        }
    }

    private void add(List<Sample> samples, String name, WayStatus way, @Nullable WayStatus last, long now) {
        if (last == null || last.up() != way.up()) {
            add(samples, name + "/up", "1", way.up() ? 1 : 0, now);
        }
        long sent = way.messages() - (last == null ? 0 : last.messages());
        if (sent <= 0) {
            return;
        }
        if (way.roundTripMillis() > 0) {
            add(samples, name + "/rtt", "ms", way.roundTripMillis(), now);
        }
        if (way.bytesPerSecond() > 0) {
            add(samples, name + "/throughput", "By/s", way.bytesPerSecond(), now);
        }
        long resent = way.resent() - (last == null ? 0 : last.resent());
        add(samples, name + "/loss", "%", 100.0 * Math.min(sent, resent) / sent, now);
    }

    private void add(List<Sample> samples, String series, String unit, double value, long now) {
        descriptions.describe(series, new Description(unit, null));
        samples.add(new Sample(series, new Value.Float64(value), now, 0));
    }
}
