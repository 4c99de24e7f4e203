package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.AlarmEvent;
import suimon.reading.Nanos;

/** The system's clock jumps under a gateway that takes in data: nothing is lost or doubled, nobody is alarmed. */
final class ClockJumpFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration JUMP = Duration.ofHours(1);
    private static final Duration HALF = Duration.ofMinutes(30);
    private static final int MESSAGES = 60;
    /** The first measured time; one second per message. */
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path scratch;

    @Test
    void anHourForwardsAndBackLosesAndDoublesNothingAndAlarmsNobody() throws Exception {
        Path library = library();
        Path offset = Files.writeString(scratch.resolve("offset"), "+0");
        // What is silent is so by the clock that does not jump.
        Site site = new Site(scratch.resolve("site")).with("""
                series:
                  pen1/once:
                    title: {ja: 一度, en: Once}
                    unit: "1"
                alarms:
                  - name: silent
                    series: pen1/once
                    severity: alert
                    silentFor: 30min
                    action: {ja: 確認, en: Check}
                """);
        Instant begun = Instant.now();
        try (Child gateway = site.begin(Map.of("LD_PRELOAD", library.toString(), "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                        "FAKETIME_CACHE_DURATION", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1"));
                Sender once = sender(site, "once", "{\"v\": %d}");
                Sender arriving = sender(site, "arriving", "{\"v\": %d}");
                Sender timed = new Sender(site.mqttPort(), "timed", 64, Duration.ofMillis(2),
                        number -> new Sender.Message("pen1/timed/timed",
                                "{\"v\": %d, \"t\": \"%s\"}".formatted(number, BEGIN.plusSeconds(number))))) {
            site.awaitListening(gateway);
            once.awaitAcknowledged(1, PATIENCE);
            assertThat(once.finish(PATIENCE)).isTrue();
            takeMore(arriving, timed);

            jump(gateway, offset, "+" + JUMP.toSeconds());
            takeMore(arriving, timed);
            jump(gateway, offset, "+0");
            takeMore(arriving, timed);

            assertThat(arriving.finish(PATIENCE) && timed.finish(PATIENCE)).as(gateway.output()).isTrue();
            assertThat(gateway.stop(PATIENCE)).as(gateway.output()).isIn(0, 143);
            Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
            assertThat(contents.differences()).isEmpty();
            for (Sender sender : List.of(arriving, timed)) {
                String series = sender == arriving ? "pen1/arriving" : "pen1/timed";
                List<Long> stored = new ArrayList<>(contents.numbers(series));
                stored.sort(null);
                assertThat(sender.complaints()).isEmpty();
                assertThat(stored).as(series).containsExactlyElementsOf(new TreeSet<>(sender.acknowledged()));
            }
            assertThat(contents.alarms()).extracting(AlarmEvent::rule).isEmpty();
            List<Instant> arrivals = contents.readings().getOrDefault("pen1/arriving", List.of()).stream()
                    .map(reading -> Nanos.toInstant(reading.measured())).toList();
            assertThat(arrivals.getFirst()).isBetween(begun, begun.plus(HALF));
            assertThat(arrivals).as("the jump is followed").anyMatch(time -> time.isAfter(begun.plus(HALF)));
            assertThat(arrivals.getLast()).as("and so is the way back").isBefore(begun.plus(HALF));
        }
    }

    private static Sender sender(Site site, String name, String payload) {
        return new Sender(site.mqttPort(), name, 64, Duration.ofMillis(2),
                number -> new Sender.Message("pen1/" + name, payload.formatted(number)));
    }

    private static void takeMore(Sender... senders) throws InterruptedException {
        for (Sender sender : senders) {
            sender.awaitAcknowledged(sender.acknowledgedCount() + MESSAGES, PATIENCE);
        }
    }

    /** Returns when the gateway has written that its clock was moved. */
    private static void jump(Child gateway, Path offset, String to) throws IOException {
        long before = moved(gateway);
        Path next = Files.writeString(offset.resolveSibling("next"), to);
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (moved(gateway) == before) {
            assertThat(gateway.isAlive() && System.nanoTime() < end).as(gateway.output()).isTrue();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static long moved(Child gateway) {
        return gateway.lines().stream().filter(line -> line.contains("clock: ")).count();
    }

    private static Path library() throws IOException {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
        }
        return Assumptions.abort("no libfaketime here (Debian package faketime), so no clock to turn");
    }
}
