package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.UplinkConfig.Lane;
import suimon.dataset.Dataset;
import suimon.dataset.Pull;
import suimon.reading.AlarmEvent;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Books;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Redatings;

/** A hub ends with exactly what the gateway has, whatever happens on the way. */
class UplinkToHubTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void everythingMeantForTheHubArrivesAsItIs() throws Exception {
        try (Pair pair = new Pair(folder, 1, 256_000)) {
            new Traffic(1).commit(pair.log(), 60);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(1), 0, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertSame(pair, 1);
            assertThat(pair.alarms).isEmpty();
        }
    }

    @Test
    void whatAGatewayRecordedWithoutTimeIsDatedAtTheHubWhenTheTimeCame() throws Exception {
        try (Pair pair = new Pair(folder, 4, 256_000)) {
            Log log = pair.log();
            int series = log.define("pen1/do", Words.same("pen1/do"), "mg/L", 0).id();
            Instant stored = Instant.parse("2026-11-20T03:00:00Z");
            for (int second = 0; second < 3; second++) {
                long time = Nanos.of(stored.plusSeconds(second));
                Readings one = new Readings.Builder(1).add(series, time, time, new Value.Int64(second), Grade.GOOD, 0,
                        TimeOrigin.ARRIVAL).build();
                log.commit(new Commit(List.of(new Entry.Batch(one, new ClockStamp("boot", second * 1_000_000_000L, time,
                        ClockStamp.Trust.UNKNOWN))), List.of(new Change.SeriesCount(series, 1, 1, 0))));
            }
            log.commit(new Commit(List.of(new Entry.ClockFix(
                    "boot", 10_000_000_000L, Instant.parse("2026-11-23T20:00:10Z"), 1_000_000)), List.of()));
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(4), 0, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            Log there = pair.hubLog();
            try (LogReader reader = there.reader()) {
                Readings found = Redatings.read(there, reader).readings(reader, there.allSeries().iterator().next().id(),
                        Nanos.of(Instant.parse("2026-11-23T00:00:00Z")), Long.MAX_VALUE, 100);
                assertThat(found.size()).isEqualTo(3);
                assertThat(found.measured(2)).isEqualTo(Nanos.of(Instant.parse("2026-11-23T20:00:02Z")));
            }
            Pull pull = new Pull(Set.of(), Instant.parse("2026-11-23T20:00:00Z"), Instant.parse("2026-11-24T00:00:00Z"), 0,
                    Pull.ALL);
            try (InputStream csv = new GZIPInputStream(new Dataset(there, Map.of()).pull(pull).rows())) {
                assertThat(new String(csv.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1))
                        .hasSize(3).allMatch(row -> row.endsWith("REDATED"));
            }
        }
    }

    @Test
    void whileALinkIsDownOnlyWhatALaneCarriesWaitsInIt() throws Exception {
        try (Pair pair = new Pair(folder, 3, 256_000)) {
            new Traffic(3).commit(pair.log(), 40);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(3), 0, pair.hub());
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();
            wire.cut(true);
            pair.await("down", () -> !pair.uplink().status().isUp());

            for (AlarmEvent.Kind kind : List.of(AlarmEvent.Kind.ACTIVATED, AlarmEvent.Kind.ACTIVATED,
                    AlarmEvent.Kind.ACKNOWLEDGED)) {
                pair.log().commit(new Commit(List.of(new Entry.Alarm(Traffic.alarm(kind, Instant.EPOCH))), List.of()));
            }
            for (int reject = 0; reject < 100; reject++) {
                pair.log().commit(new Commit(List.of(new Entry.Reject("mqtt", "pen1/x", Instant.EPOCH, "not JSON",
                        Entry.Payload.NONE, reject)), List.of()));
            }

            pair.await("2 alarms, 1 step of one, nothing else", () -> waiting(pair, Lane.P0) == 2
                    && waiting(pair, Lane.P1) == 1 && waiting(pair, Lane.P2) == 0 && waiting(pair, Lane.P3) >= 100);
            wire.cut(false);
            pair.awaitDrained();
            pair.await("nothing", () -> pair.uplink().status().lanes().stream().allMatch(lane -> lane.waiting() == 0));
        }
    }

    private static long waiting(Pair pair, Lane lane) {
        return pair.uplink().status().lanes().stream().filter(one -> one.lane() == lane).findFirst().orElseThrow()
                .waiting();
    }

    @ParameterizedTest
    @ValueSource(ints = {340, 1500, 256_000})
    void framesFitTheLink(int frameBytes) throws Exception {
        try (Pair pair = new Pair(folder, 2, frameBytes)) {
            new Traffic(2).commit(pair.log(), 12);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(2), 0, pair.hub());
            List<Integer> lengths = new java.util.concurrent.CopyOnWriteArrayList<>();

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers) {
                @Override
                public void send(byte[] message) throws suimon.backhaul.LinkDown, InterruptedException {
                    lengths.add(message.length);
                    super.send(message);
                }
            });
            pair.awaitDrained();

            assertSame(pair, 2);
            assertThat(lengths).allMatch(length -> length <= frameBytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void lossRepetitionAndReorderingChangeNothing(long seed) throws Exception {
        try (Pair pair = new Pair(folder, seed, seed % 2 == 0 ? 600 : 5000)) {
            Traffic traffic = new Traffic(seed);
            traffic.commit(pair.log(), 25);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), 0.15, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            traffic.commit(pair.log(), 15);
            pair.awaitDrained();

            assertSame(pair, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void restartsOfEitherSideWhileTheBacklogDrainsChangeNothing(long seed) throws Exception {
        Random random = new Random(seed);
        try (Pair pair = new Pair(folder, seed, 700)) {
            Traffic traffic = new Traffic(seed);
            traffic.commit(pair.log(), 40);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), 0.1, pair.hub());
            for (int round = 0; round < 6; round++) {
                int goal = wire.sent + 3 + random.nextInt(12);
                pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
                traffic.commit(pair.log(), 2);
                pair.await("sent " + goal, () -> wire.sent >= goal || pair.uplink().status().lanes()
                        .stream().allMatch(lane -> lane.behind() == 0));
                if (random.nextBoolean()) {
                    pair.stopUplink();
                    pair.closeLog();
                    pair.openLog();
                } else {
                    wire.cut(true);
                    pair.stopUplink();
                    pair.stopHub();
                    pair.startHub();
                    wire.connectTo(pair.hub());
                    wire.cut(false);
                }
            }

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertSame(pair, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = 61)
    void aLaneThatLagsGetsEverythingOnceFromALogThatIsSealedMeanwhile(long seed) throws Exception {
        Random random = new Random(seed);
        AtomicLong hours = new AtomicLong();
        try (Pair pair = new Pair(folder, seed, 2500)) {
            pair.closeLog();
            pair.sealing = new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 2);
            // Rollups, which sealing follows, are written at once.
            pair.logTicker = () -> hours.addAndGet(3_600_000_000_000L);
            pair.openLog();
            Traffic traffic = new Traffic(seed);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), 0.05, pair.hub());
            for (int round = 0; round < 4; round++) {
                int goal = wire.sent + 5 + random.nextInt(40);
                pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
                traffic.commit(pair.log(), 150);
                pair.await("sent " + goal, () -> wire.sent >= goal);
                if (random.nextBoolean()) {
                    pair.stopUplink();
                    traffic.commit(pair.log(), 300);
                    pair.closeLog();
                    pair.openLog();
                } else {
                    // The link is down, and the lane stands somewhere while the log goes on.
                    wire.cut(true);
                    traffic.commit(pair.log(), 300);
                    pair.await("sealed", () -> pair.log().books().mergedEntries() > 0);
                    pair.stopUplink();
                    wire.cut(false);
                }
            }

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            pair.await("sealed", () -> pair.log().books().mergedEntries() > 0);
            assertThat(pair.log().books().lanes().values()).as("seed=%d", seed)
                    .allMatch(book -> book.expired() == 0);
            assertSame(Holdings.of(pair.log()).byTime(), Holdings.of(pair.hubLog()).byTime(), seed);
            assertBalanced(pair, seed);
        }
    }

    static void assertSame(Pair pair, long seed) throws Exception {
        assertSame(Holdings.of(pair.log()), Holdings.of(pair.hubLog()), seed);
        assertBalanced(pair, seed);
    }

    private static void assertSame(Holdings gateway, Holdings hub, long seed) {
        assertThat(hub.readings().keySet()).as("seed=%d", seed).isEqualTo(gateway.readings().keySet());
        gateway.readings().forEach((series, rows) ->
                assertThat(difference(rows, hub.readings().getOrDefault(series, List.of())))
                        .as("seed=%d readings of %s", seed, series).isEmpty());
        assertThat(difference(
                        gateway.entries().stream().filter(entry -> !entry.startsWith("series ")).toList(),
                        hub.entries().stream().filter(entry -> !entry.startsWith("series ")).toList()))
                .as("seed=%d entries", seed).isEmpty();
        assertThat(hub.entries()).as("seed=%d", seed).containsAll(gateway.entries());
    }

    /** The first lines in which two lists differ; none when they are equal. */
    static List<String> difference(List<String> wanted, List<String> found) {
        List<String> lines = new java.util.ArrayList<>();
        for (int line = 0; line < Math.max(wanted.size(), found.size()) && lines.size() < 6; line++) {
            String left = line < wanted.size() ? wanted.get(line) : "nothing";
            String right = line < found.size() ? found.get(line) : "nothing";
            if (!left.equals(right)) {
                lines.add(line + " wanted " + left + ", found " + right);
            }
        }
        return lines;
    }

    static void assertBalanced(Pair pair, long seed) throws Exception {
        Log log = pair.log();
        pair.stopUplink();
        log.books().lanes().forEach((lane, book) -> {
            assertThat(book.total()).as("seed=%d %s %s", seed, lane, book)
                    .isEqualTo(log.cursor("uplink/" + lane.destination() + "/" + lane.name()).position());
            assertThat(book.pending()).as("seed=%d %s", seed, lane).isZero();
        });
        assertThat(log.books().lanes()).isNotEmpty();
        assertThat(Ledger.read(pair.gatewayFolder()).balanced()).as("seed=%d", seed).isTrue();
        assertThat(Ledger.read(pair.hubFolder()).balanced()).as("seed=%d", seed).isTrue();
        Books hub = pair.hubLog().books();
        hub.series().forEach((series, book) ->
                assertThat(book.balanced()).as("seed=%d series %d %s", seed, series, book).isTrue());
        hub.sources().forEach((source, book) ->
                assertThat(book.balanced()).as("seed=%d %s %s", seed, source, book).isTrue());
    }
}
