package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import suimon.pipeline.Delivery;
import suimon.pipeline.Inbox;
import suimon.reading.Value;
import suimon.web.Status;

class LinkFiguresTest {
    private final List<Delivery> taken = new ArrayList<>();
    private final Map<String, String> units = new TreeMap<>();
    private Status.WayStatus sky = way(true, 0, 0, 0, 0);

    @Test
    void aMinuteWithTrafficHasFiguresAndOneWithoutHasNone() {
        LinkFigures figures = new LinkFigures(
                () -> List.of(new Status.LinkStatus("hub", "mqtt", true, "", null, List.of(), List.of(sky))),
                new Taking(), (series, said) -> {
                    units.put(series, said.unit());
                    return "";
                }, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

        sky = way(true, 52.5, 1_000, 40, 10);
        figures.look();
        assertThat(last()).isEqualTo(Map.of("suimon/link/hub/sky/up", 1.0, "suimon/link/hub/sky/rtt", 52.5,
                "suimon/link/hub/sky/throughput", 1_000.0, "suimon/link/hub/sky/loss", 25.0));

        figures.look();
        assertThat(taken).as("nothing was sent since").hasSize(1);

        sky = way(false, 60, 900, 50, 11);
        figures.look();
        assertThat(last()).isEqualTo(Map.of("suimon/link/hub/sky/up", 0.0, "suimon/link/hub/sky/rtt", 60.0,
                "suimon/link/hub/sky/throughput", 900.0, "suimon/link/hub/sky/loss", 10.0));
        assertThat(units).containsEntry("suimon/link/hub/sky/rtt", "ms")
                .containsEntry("suimon/link/hub/sky/throughput", "By/s").containsEntry("suimon/link/hub/sky/loss", "%");
    }

    private Map<String, Double> last() {
        Map<String, Double> values = new TreeMap<>();
        if (taken.getLast() instanceof Delivery.Samples samples) {
            samples.samples().forEach(one -> values.put(one.series(), ((Value.Float64) one.value()).value()));
        }
        return values;
    }

    private static Status.WayStatus way(boolean up, double millis, double rate, long messages, long resent) {
        return new Status.WayStatus("sky", "starlink", up, "", null, millis, rate, 1, messages, resent,
                new Status.Month(Instant.EPOCH, Instant.MAX, 0, 0, null, null, null, "JPY", Map.of()));
    }

    /** Keeps what it is offered. */
    private final class Taking implements Inbox {
        @Override
        public boolean offer(Delivery delivery) {
            return taken.add(delivery);
        }

        @Override
        public void put(Delivery delivery) {
            taken.add(delivery);
        }

        @Override
        public void refused(String source, long messages) {
            throw new AssertionError("nothing is refused");
        }
    }
}
