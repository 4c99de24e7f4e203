package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.config.LinkConfig;
import suimon.config.LinkProfile;
import suimon.config.UplinkConfig.Lane;

class TrafficForecastTest {
    private static final long SECONDS = 30L * 86_400;

    @Test
    void readingsOfManySeriesTakeWhatTheirCodeTakesAndCollectingSparesBytes() {
        long readings = 100 * SECONDS;
        long minute = readings(Collections.nCopies(100, Duration.ofSeconds(1)), Duration.ofMinutes(1));
        long second = readings(Collections.nCopies(100, Duration.ofSeconds(1)), Duration.ofSeconds(1));

        assertThat((double) minute / readings).as("bytes per reading, a minute together").isBetween(0.4, 1.5);
        assertThat(second).as("a second together").isGreaterThan(2 * minute);
    }

    @Test
    void slowSeriesTakeAFrameEach() {
        long bytes = readings(List.of(Duration.ofHours(1)), Duration.ofSeconds(10));

        assertThat(bytes / (30 * 24)).as("bytes for each reading with its frame, PUBACK and answer").isBetween(400L, 900L);
    }

    @Test
    void anIdleSiteOnAMeteredLinkStaysBelowHalfAMegabyteButForNewConnections() {
        TrafficForecast idle = new TrafficForecast(
                "pen-1", new TrafficForecast.Load(List.of(), 0, Duration.ofSeconds(10), 0, 0));
        LinkConfig lte = link(LinkProfile.LTE);
        long connections = 60 * 6_000;

        long all = idle.bytesByLane(lte).getOrDefault(Lane.P1, 0L) + idle.upkeep(lte) - connections;

        assertThat(all).isBetween(400_000L, 500_000L);
    }

    private static long readings(List<Duration> every, Duration collect) {
        TrafficForecast forecast =
                new TrafficForecast("pen-1", new TrafficForecast.Load(every, 0, collect, 0, 0));
        return forecast.bytesByLane(link(LinkProfile.FIBRE)).getOrDefault(Lane.P3, 0L);
    }

    private static LinkConfig link(LinkProfile profile) {
        return new LinkConfig("one", profile, null, null, null, null, 1, List.of(), null, null, null);
    }
}
