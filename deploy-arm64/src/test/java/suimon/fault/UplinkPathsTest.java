package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/**
 * A gateway with three ways to its hub, fibre, low orbits and a narrow satellite, which are cut, silenced and mended.
 * After each fault the two sets of books agree, nothing is lost and nothing is there twice.
 */
final class UplinkPathsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERIES = "pen1/numbers";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    /** Of readings that have gone over a way; a hello and its answer are far less. */
    private static final long SOME_BYTES = 3_000;

    @TempDir
    Path scratch;

    private HubSite hub;
    private CuttableLink fibre;
    private CuttableLink sky;
    private CuttableLink narrow;

    @BeforeEach
    void layThreeWays() throws IOException {
        hub = new HubSite(scratch.resolve("hub"));
        fibre = new CuttableLink(hub.port());
        sky = new CuttableLink(hub.port());
        narrow = new CuttableLink(hub.port());
    }

    @AfterEach
    void remove() throws IOException {
        fibre.close();
        sky.close();
        narrow.close();
    }

    @Test
    void fromFibreToTheSkyToANarrowLinkAndBack() throws Exception {
        Site site = site("2s");
        try (Child upstream = hub.start(); Child gateway = site.start(); Sender sender = sender(site)) {
            await("readings over the fibre", gateway, () -> fibre.passed() > SOME_BYTES);
            assertThat(narrow.passed()).as("a link that is not needed carries nothing").isZero();

            fibre.cut();
            await("readings in the sky", gateway, moreOver(sky));
            sky.silence();
            await("readings over the narrow link", gateway, moreOver(narrow));
            sky.mend();
            fibre.mend();
            await("readings over the fibre again", gateway, moreOver(fibre));

            settle(site, upstream, gateway, sender);
        }
    }

    @Test
    void aFibreThatComesAndGoes() throws Exception {
        Random random = new Random(7);
        Site site = site("2s");
        try (Child upstream = hub.start(); Child gateway = site.start(); Sender sender = sender(site)) {
            await("readings over the fibre", gateway, () -> fibre.passed() > SOME_BYTES);
            for (int round = 0; round < 8; round++) {
                fibre.cut();
                Thread.sleep(100 + random.nextInt(400));
                fibre.mend();
                Thread.sleep(100 + random.nextInt(400));
            }

            settle(site, upstream, gateway, sender);
        }
    }

    @Test
    void anAlarmOnASilentLinkGoesOverTheNextWithoutWaitingForTheSilenceToCountAsALoss() throws Exception {
        // The fibre counts as lost after five minutes only; the test has one.
        Site site = site("300s").with("""
                series:
                  pen1/do: {unit: mg/L}
                alarms:
                  - {name: oxygen-low, series: pen1/do, severity: alert, below: 3,
                     action: {ja: 給餌を止める, en: Stop feeding}}
                """);
        try (Child upstream = hub.start(); Child gateway = site.start(); Sender sender = sender(site)) {
            await("readings over the fibre", gateway, () -> fibre.passed() > SOME_BYTES);
            long before = alarmsAtHub();
            fibre.silence();
            try (Sender low = new Sender(site.mqttPort(), "low", 1, Duration.ofMillis(50),
                    number -> new Sender.Message("pen1/do", "{\"v\": 1}"))) {
                low.awaitAcknowledged(3, PATIENCE);
                assertThat(low.finish(PATIENCE)).isTrue();
            }

            await("the alarm at the hub", gateway, () -> alarmsAtHub() > before);

            fibre.mend();
            assertThat(sender.finish(PATIENCE)).isTrue();
            gateway.stop(PATIENCE);
            upstream.stop(PATIENCE);
        }
    }

    private long alarmsAtHub() {
        try {
            var book = Ledger.read(hub.data()).books().sources().get("uplink/P0");
            return book == null ? 0 : book.decoded();
        } catch (StoreFailed notYet) {
            return 0;
        }
    }

    private void settle(Site site, Child upstream, Child gateway, Sender sender) throws Exception {
        assertThat(sender.finish(PATIENCE)).isTrue();
        int count = sender.acknowledgedCount();
        assertThat(hub.awaitReadings(count, PATIENCE))
                .as("%d of %d at the hub%n%s", hub.readings(), count, gateway.output()).isTrue();
        site.awaitDelivered(PATIENCE);
        gateway.stop(PATIENCE);
        upstream.stop(PATIENCE);
        List<Long> sent = LongStream.rangeClosed(1, sender.sent()).boxed().toList();
        for (Path data : List.of(site.data(), hub.data())) {
            Contents contents = Contents.of(data, scratch.resolve("copy"));
            assertThat(contents.differences()).isEmpty();
            Map<Long, Long> times = contents.numbers(SERIES).stream()
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            assertThat(times.keySet()).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(times.values()).containsOnly(1L);
        }
    }

    private static BooleanSupplier moreOver(CuttableLink link) {
        long goal = link.passed() + SOME_BYTES;
        return () -> link.passed() > goal;
    }

    private static void await(String what, Child gateway, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() < end).as("not within %s: %s%n%s", PATIENCE, what, gateway.output()).isTrue();
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** @param fibreAnswers within which the fibre's hub has to answer */
    private Site site(String fibreAnswers) throws IOException {
        return new Site(scratch.resolve("site")).with("""
                links:
                  - {name: fibre, profile: fibre, holdFor: 1s, answerWithin: %s}
                  - {name: sky, profile: starlink, holdFor: 1s, answerWithin: 2s}
                  - {name: narrow, profile: globalstar-256k, holdFor: 1s, answerWithin: 5s}
                uplinks:
                  - name: hub
                    paths:
                      - link: fibre
                        transport: {kind: mqtt, hub: "mqtt://127.0.0.1:%d", patience: 2s}
                      - link: sky
                        transport: {kind: mqtt, hub: "mqtt://127.0.0.1:%d", patience: 2s}
                      - link: narrow
                        transport: {kind: mqtt, hub: "mqtt://127.0.0.1:%d", patience: 2s}
                    collect: 100ms
                    frame: 4KB
                """.formatted(fibreAnswers, fibre.port(), sky.port(), narrow.port()));
    }

    private static Sender sender(Site site) {
        return new Sender(site.mqttPort(), "numbers", 64, Duration.ofMillis(2), number -> new Sender.Message(
                SERIES + "/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, BEGIN.plusSeconds(number))));
    }
}
