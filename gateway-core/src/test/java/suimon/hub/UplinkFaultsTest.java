package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.ContentWire;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.store.Commit;
import suimon.store.LogReader;
import suimon.store.Sequenced;

/** What goes wrong between a gateway and a hub beside the link. */
class UplinkFaultsTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void aGatewayPutBackToAnOlderCopyLosesNothingThatDiffers(long seed) throws Exception {
        Random random = new Random(seed);
        try (Pair pair = new Pair(folder, seed, 900)) {
            Traffic traffic = new Traffic(seed);
            FlakyLink.Wire wire = new FlakyLink.Wire(random, 0.05, pair.hub());
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            traffic.commit(pair.log(), 20);
            int goal = 3 + random.nextInt(8);
            pair.await("sent " + goal, () -> wire.sent >= goal);
            pair.stopUplink();
            pair.closeLog();
            copy(pair.gatewayFolder(), folder.resolve("copy"));
            pair.openLog();
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            traffic.commit(pair.log(), 15);
            pair.awaitDrained();
            pair.stopUplink();
            Holdings lost = Holdings.of(pair.log());

            pair.closeLog();
            delete(pair.gatewayFolder());
            copy(folder.resolve("copy"), pair.gatewayFolder());
            pair.openLog();
            new Traffic(seed + 1000, 10_000).commit(pair.log(), 15);
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertUnion(pair, lost, seed);
            assertThat(pair.alarms).extracting(AlarmEvent::rule).contains("uplink-conflict");
            assertThat(audits(pair.log())).anyMatch(line -> line.contains("new epoch"));
            UplinkToHubTest.assertBalanced(pair, seed);
        }
    }

    /** The hub has everything of both histories, and nothing twice. */
    private static void assertUnion(Pair pair, Holdings lost, long seed) throws Exception {
        Holdings now = Holdings.of(pair.log());
        Holdings hub = Holdings.of(pair.hubLog());
        hub.readings().forEach((series, rows) -> {
            List<String> wanted = new ArrayList<>(Stream.concat(
                            lost.readings().getOrDefault(series, List.of()).stream(),
                            now.readings().getOrDefault(series, List.of()).stream())
                    .distinct().sorted().toList());
            assertThat(UplinkToHubTest.difference(wanted, rows.stream().sorted().toList()))
                    .as("seed=%d %s", seed, series).isEmpty();
        });
        List<String> wanted = Stream.concat(lost.entries().stream(), now.entries().stream())
                .filter(entry -> !entry.startsWith("series ")).distinct().sorted().toList();
        assertThat(UplinkToHubTest.difference(wanted, hub.entries().stream()
                        .filter(entry -> !entry.startsWith("series ")).toList()))
                .as("seed=%d", seed).isEmpty();
    }

    @Test
    void aHubPutBackToAnOlderCopyGetsAllThatIsKeptAgain() throws Exception {
        try (Pair pair = new Pair(folder, 41, 900)) {
            Traffic traffic = new Traffic(41);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(41), 0, pair.hub());
            traffic.commit(pair.log(), 10);
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();
            pair.stopUplink();
            pair.stopHub();
            copy(folder.resolve("hub"), folder.resolve("copy"));
            pair.startHub();
            wire.connectTo(pair.hub());
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            traffic.commit(pair.log(), 10);
            pair.awaitDrained();
            pair.stopUplink();

            pair.stopHub();
            delete(folder.resolve("hub"));
            copy(folder.resolve("copy"), folder.resolve("hub"));
            pair.startHub();
            wire.connectTo(pair.hub());
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            UplinkToHubTest.assertSame(pair, 41);
            assertThat(pair.alarms).extracting(AlarmEvent::rule).contains("uplink-hub-lost");
            try (LogReader reader = pair.hubLog().reader()) {
                assertThat(reader.newest(List.of(Entry.Audit.class), 100)).as("why it begins anew is told")
                        .anyMatch(found -> found.entry() instanceof Entry.Audit audit
                                && audit.action().startsWith("begin epoch "));
            }
        }
    }

    @Test
    void theSameNumberWithOtherContentIsRefusedAndWrittenDown() throws Exception {
        try (Pair pair = new Pair(folder, 42, 900)) {
            Epoch epoch = new Epoch(77);
            Frame first = frame(epoch, 1, "one");
            Frame other = frame(epoch, 1, "another");

            Receipt taken = deliver(pair, first);
            Receipt repeated = deliver(pair, first);
            Receipt refused = deliver(pair, other);

            assertThat(taken.confirmed()).singleElement().matches(lane -> lane.number() == 1);
            assertThat(repeated).isEqualTo(taken);
            assertThat(refused.refusal()).isNotNull()
                    .matches(refusal -> refusal.reason() == Receipt.Reason.CONFLICT);
            assertThat(audits(pair.hubLog())).singleElement().asString()
                    .contains("refused: frame P2/1");
            assertThat(Holdings.of(pair.hubLog()).entries()).anyMatch(line -> line.contains("note one"))
                    .noneMatch(line -> line.contains("note another"));
            assertThat(pair.hubLog().books().sources().values()).allMatch(book -> book.balanced())
                    .anyMatch(book -> book.refused() == 1);
        }
    }

    @Test
    void aConflictRaisesAnAlarmAndIsSentUnderANewEpoch() throws Exception {
        try (Pair pair = new Pair(folder, 43, 900)) {
            new Traffic(43).commit(pair.log(), 10);
            List<Epoch> epochs = new CopyOnWriteArrayList<>();
            Reception forger = new Reception() {
                @Override
                public boolean admits(String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
                    return true;
                }

                @Override
                public byte[] receive(String gateway, byte[] message) throws InterruptedException {
                    if (read(message) instanceof Messages.Hello hello && !epochs.contains(hello.epoch())) {
                        if (epochs.isEmpty()) {
                            // Somebody else was here first, in the gateway's name.
                            pair.hub().receive(gateway, Messages.write(frame(hello.epoch(), 1, "forged")));
                        }
                        epochs.add(hello.epoch());
                    }
                    return pair.hub().receive(gateway, message);
                }
            };
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(43), 0, forger);

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertThat(epochs).hasSize(2);
            assertThat(pair.alarms).extracting(AlarmEvent::rule).contains("uplink-conflict");
            assertThat(pair.alarms).extracting(AlarmEvent::kind)
                    .containsExactly(AlarmEvent.Kind.ACTIVATED, AlarmEvent.Kind.CLEARED);
            Holdings gateway = Holdings.of(pair.log());
            assertThat(Holdings.of(pair.hubLog()).readings()).isEqualTo(gateway.readings());
            assertThat(Holdings.of(pair.hubLog()).entries()).containsAll(gateway.entries());
        }
    }

    @Test
    void whatIsTooOldIsNotSentButTold() throws Exception {
        try (Pair pair = new Pair(folder, 44, 2000)) {
            // The traffic's readings are one second apart from 2025-10-09T08:53:20Z on.
            Instant start = Instant.ofEpochSecond(1_760_000_000L);
            pair.config = Pair.configOf(2000, Duration.ofHours(1));
            pair.clock = Clock.fixed(start.plusSeconds(3600 + 200), ZoneOffset.UTC);
            new Traffic(44).commit(pair.log(), 20);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(44), 0, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            long cutoff = start.plusSeconds(200).getEpochSecond() * 1_000_000_000L;
            Holdings gateway = Holdings.of(pair.log());
            Holdings hub = Holdings.of(pair.hubLog());
            gateway.readings().forEach((series, rows) -> {
                List<String> young = rows.stream().filter(row -> timeOf(row) >= cutoff).toList();
                assertThat(hub.readings().getOrDefault(series, List.of())).isEqualTo(young);
            });
            assertThat(told(hub, "expired before it was sent")).isEqualTo(gateway.readings().values()
                    .stream().flatMap(List::stream).filter(row -> timeOf(row) < cutoff).count());
            assertThat(pair.log().books().lanes().values()).anyMatch(book -> book.expired() > 0);
            UplinkToHubTest.assertBalanced(pair, 44);
        }
    }

    @Test
    void whatTheQuotaTookBeforeItWasSentIsTold() throws Exception {
        try (Pair pair = new Pair(folder, 45, 256_000)) {
            pair.closeLog();
            pair.quotaBytes = 1 << 20;
            pair.openLog();
            Traffic traffic = new Traffic(45);
            for (int round = 0; round < 200 && pair.log().books().removedEntries() == 0; round++) {
                traffic.commit(pair.log(), 50);
            }
            assertThat(pair.log().books().removedEntries()).isPositive();
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(45), 0, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            Holdings gateway = Holdings.of(pair.log());
            Holdings hub = Holdings.of(pair.hubLog());
            assertThat(hub.readings()).isEqualTo(gateway.readings());
            long removed = pair.log().books().removedEntries();
            assertThat(told(hub, "removed by the gateway's quota before it was sent")).isEqualTo(removed);
            UplinkToHubTest.assertBalanced(pair, 45);
        }
    }

    @Test
    void anAlarmOvertakesTheBacklog() throws Exception {
        try (Pair pair = new Pair(folder, 46, 2500)) {
            new Traffic(46).commit(pair.log(), 250);
            List<Frame> frames = new CopyOnWriteArrayList<>();
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(46), 0, pair.hub());
            Entry alarm = new Entry.Alarm(Traffic.alarm(AlarmEvent.Kind.ACTIVATED, Instant.EPOCH));
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers) {
                @Override
                public void send(byte[] message) throws suimon.backhaul.LinkDown, InterruptedException {
                    if (read(message) instanceof Messages.Framed framed) {
                        frames.add(framed.frame());
                        if (framed.frame().lane() == Lane.P3 && framed.frame().number() == 3) {
                            pair.log().commit(new Commit(List.of(alarm), List.of()));
                        }
                    }
                    super.send(message);
                }
            });
            pair.awaitDrained();

            List<String> order = frames.stream().map(frame -> frame.lane() + "/" + frame.number()).toList();
            assertThat(order).contains("P3/20");
            int third = order.indexOf("P3/3");
            assertThat(order.subList(third + 1, third + 3)).anyMatch(name -> name.startsWith("P0/"));
        }
    }

    @Test
    void aQuietGatewayGivesASignOfLife() throws Exception {
        try (Pair pair = new Pair(folder, 47, 340)) {
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(47), 0, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.await("two heartbeats", () -> pair.hub().gateways().getFirst().confirmed().stream()
                    .anyMatch(lane -> lane.lane() == Lane.P1 && lane.number() >= 2));

            assertThat(pair.hub().gateways().getFirst().heartbeat()).isNotNull();
        }
    }

    @Test
    void anEntryLargerThanAFrameTravelsInParts() throws Exception {
        try (Pair pair = new Pair(folder, 48, 340)) {
            byte[] noise = new byte[3000];
            new Random(48).nextBytes(noise);
            String note = java.util.HexFormat.of().formatHex(noise);
            pair.log().commit(new Commit(List.of(new Entry.Label(
                    "a", Entry.Verdict.TRUE, "x", Instant.EPOCH, note)), List.of()));
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(48), 0.1, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertThat(Holdings.of(pair.hubLog()).entries()).anyMatch(line -> line.contains(note));
            assertThat(wire.sent).isGreaterThan(10);
        }
    }

    private static long told(Holdings hub, String reason) {
        return hub.entries().stream()
                .filter(line -> line.contains(reason))
                .mapToLong(line -> Long.parseLong(
                        line.replaceAll(".*reason=(\\d+) " + reason + ".*", "$1")))
                .sum();
    }

    private static long timeOf(String row) {
        return Long.parseLong(row.substring(0, row.indexOf(' ')));
    }

    private static Frame frame(Epoch epoch, long number, String note) {
        Entry label = new Entry.Label("a", Entry.Verdict.TRUE, "x", Instant.EPOCH, "note " + note);
        suimon.backhaul.Content content = new suimon.backhaul.Content(
                List.of(), List.of(), List.of(label), List.of(), null);
        return new Frame(Pair.GATEWAY, epoch, Lane.P2, number, 0, 1, ContentWire.pack(content));
    }

    private static Receipt deliver(Pair pair, Frame frame) throws Exception {
        return Messages.readReceipt(pair.hub().receive(Pair.GATEWAY, Messages.write(frame)));
    }

    private static Messages.Up read(byte[] message) {
        try {
            return Messages.readUp(message);
        } catch (suimon.backhaul.Malformed damaged) {
            throw new AssertionError(damaged);
        }
    }

    private static List<String> audits(suimon.store.Log log) throws Exception {
        try (LogReader reader = log.reader()) {
            return reader.newest(List.of(Entry.Audit.class), 100).stream()
                    .map(Sequenced::entry).map(Object::toString).toList();
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
