package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Books;

/**
 * A gateway and its hub, each in a network of its own, over links as they are in the field: TLS over
 * real sockets, packets that are late, lost and repeated. After each fault the two sets of books agree.
 */
final class LinkFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SERIES = "pen1/numbers";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String NEAR = "10.98.0.1";
    private static final String FAR = "10.98.0.2";

    @TempDir
    Path scratch;

    private NetNamespace home;
    private NetNamespace away;

    @BeforeEach
    void twoNetworks() throws Exception {
        home = NetNamespace.make("near");
        away = NetNamespace.make("far");
    }

    @AfterEach
    void remove() throws IOException {
        home.close();
        away.close();
    }

    /** What a test does to the link while readings come. */
    @FunctionalInterface
    private interface Fault {
        void happen(LinkEmulator link, Random random) throws InterruptedException;
    }

    @Test
    void overAGeostationarySatelliteThatLosesOnePacketInTwenty() throws Exception {
        deliverAll(1, LinkConditions.GEO.loss(0.05), 400, (link, random) -> {});
    }

    @Test
    void overOrbitsThatChangeWithBurstsOfLoss() throws Exception {
        // Every fifteen seconds in the sky; here every second, half a second of it lost to one half.
        deliverAll(2, LinkConditions.LEO, 2_000, (link, random) -> {
            for (int step = 0; step < 6; step++) {
                link.set(LinkConditions.LEO.loss(0.5));
                Thread.sleep(500);
                link.set(new LinkConditions(20 + random.nextInt(20), 4, 0.005, 0, 4_000 + random.nextInt(8_000), 2));
                Thread.sleep(500);
            }
        });
    }

    @Test
    void overALinkThatComesAndGoes() throws Exception {
        deliverAll(3, LinkConditions.FIBRE, 2_000, (link, random) -> {
            for (int round = 0; round < 8; round++) {
                link.set(round % 2 == 0 ? LinkConditions.SILENT : LinkConditions.FIBRE);
                Thread.sleep(200 + random.nextInt(800));
            }
        });
    }

    @Test
    void whenOneDirectionIsLostOnly() throws Exception {
        deliverAll(4, LinkConditions.FIBRE, 1_000, (link, random) -> {
            link.setBack(LinkConditions.SILENT);
            Thread.sleep(4_000);
            link.setBack(LinkConditions.FIBRE);
            link.setThere(LinkConditions.SILENT);
            Thread.sleep(4_000);
        });
    }

    @Test
    void whenPacketsAreRepeatedAndOvertakeEachOther() throws Exception {
        deliverAll(5, LinkConditions.LEO.jitter(40).doubled(0.2), 1_000, (link, random) -> {});
    }

    private void deliverAll(long seed, LinkConditions conditions, int readings, Fault fault) throws Exception {
        HubSite hub = new HubSite(scratch.resolve("hub"), away, FAR);
        Site site = new Site(scratch.resolve("site")).in(home).with(hub.uplink("64KB"));
        try (LinkEmulator link = LinkEmulator.between(home, NEAR, away, FAR, conditions, seed);
                Child upstream = hub.start();
                Child gateway = site.start();
                Sender sender = new Sender(home::socket, site.mqttPort(), "numbers", 64, Duration.ofMillis(1),
                        LinkFaultTest::message)) {
            sender.awaitAcknowledged(readings / 2, PATIENCE);
            fault.happen(link, new Random(seed));
            link.set(conditions);
            sender.awaitAcknowledged(readings, PATIENCE);
            assertThat(sender.finish(PATIENCE)).as("seed=%d", seed).isTrue();
            assertThat(hub.awaitReadings(sender.acknowledgedCount(), PATIENCE))
                    .as("seed=%d: %d of %d at the hub%n%s", seed, hub.readings(), sender.acknowledgedCount(),
                            gateway.output()).isTrue();
            site.awaitDelivered(PATIENCE);
            gateway.stop(PATIENCE);
            upstream.stop(PATIENCE);
            check("seed=" + seed, site, hub, sender);
        }
    }

    private void check(String description, Site site, HubSite hub, Sender sender) throws Exception {
        Contents near = Contents.of(site.data(), scratch.resolve("gateway-copy"));
        Contents far = Contents.of(hub.data(), scratch.resolve("hub-copy"));
        List<Long> sent = java.util.stream.LongStream.rangeClosed(1, sender.sent()).boxed().toList();
        for (Contents contents : List.of(near, far)) {
            assertThat(contents.differences()).as(description).isEmpty();
            Map<Long, Long> times = contents.numbers(SERIES).stream()
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            assertThat(times.keySet()).as(description).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(times.values()).as(description).containsOnly(1L);
        }
        assertThat(near.books().series().values().stream().mapToLong(Books.SeriesBook::stored).sum())
                .as(description + ": stored at the gateway and at the hub")
                .isEqualTo(far.books().series().values().stream().mapToLong(Books.SeriesBook::stored).sum());
        near.books().lanes().forEach((lane, book) -> assertThat(book.pending() + book.expired())
                .as("%s: %s has all delivered", description, lane).isZero());
    }

    private static Sender.Message message(long number) {
        return new Sender.Message(
                SERIES + "/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, BEGIN.plusSeconds(number)));
    }
}
