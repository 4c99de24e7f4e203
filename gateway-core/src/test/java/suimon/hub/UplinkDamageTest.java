package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;
import suimon.store.Books;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;

/** Where damage has taken what was known of frames on their way, the hub neither refuses nor doubles. */
class UplinkDamageTest {
    private static final String OWNER = "uplink/" + Pair.DESTINATION;
    private static final int PAGE_BYTES = 512;

    @TempDir
    Path folder = Path.of("");

    /** What each lane keeps, one after the other: a frame in the middle, the last, all, the state. */
    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53, 54, 55, 56})
    void lostRowsOfFramesBeginANewEpoch(long seed) throws Exception {
        Random random = new Random(seed);
        try (Pair pair = new Pair(folder, seed, 900)) {
            FlakyLink.Wire wire = unconfirmed(pair, seed, random);
            Log log = pair.log();
            List<String> frames = log.kept(OWNER).keySet().stream()
                    .filter(key -> key.startsWith("P3/")).sorted().toList();
            assertThat(frames).as("seed=%d", seed).hasSizeGreaterThan(1);
            List<String> lost = switch ((int) (seed % 4)) {
                case 0 -> List.of(frames.getLast());
                case 1 -> List.of("P3");
                case 2 -> List.of("epoch");
                default -> frames.subList(0, 1 + random.nextInt(frames.size()));
            };
            List<Change> changes = new ArrayList<>();
            lost.forEach(key -> changes.add(new Change.Keep(OWNER, key, new byte[0])));
            log.commit(new Commit(List.of(), changes));

            assertEverythingArrivesOnce(pair, wire, seed);
        }
    }

    @Test
    void aDamagedPageWithRowsOfFramesBeginsANewEpoch() throws Exception {
        long lost = 0;
        for (int page = 0; page < 4; page++) {
            long seed = 61 + page;
            Random random = new Random(seed);
            try (Pair pair = new Pair(folder.resolve("page" + page), seed, 900)) {
                FlakyLink.Wire wire = unconfirmed(pair, seed, random);
                Map<String, byte[]> before = pair.log().kept(OWNER);
                pair.closeLog();
                Path file = pair.gatewayFolder().resolve("log.db");
                List<Long> pages = pagesWithFrames(Files.readAllBytes(file));
                assertThat(pages).as("seed=%d", seed).isNotEmpty();
                byte[] noise = new byte[PAGE_BYTES];
                random.nextBytes(noise);
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                    bytes.seek(pages.get(random.nextInt(pages.size())) * PAGE_BYTES);
                    bytes.write(noise);
                }
                // As an inspection says it.
                Files.writeString(pair.gatewayFolder().resolve("log.db.suspect"), "a test says so");
                pair.openLog();
                lost += before.size() - pair.log().kept(OWNER).size();

                assertEverythingArrivesOnce(pair, wire, seed);
            }
        }

        // A page may be one that is not in use any more, but not each of them.
        assertThat(lost).isPositive();
    }

    /** Frames that the hub has or has not, and of whose confirmation the gateway knows nothing. */
    private static FlakyLink.Wire unconfirmed(Pair pair, long seed, Random random) throws Exception {
        Traffic traffic = new Traffic(seed);
        FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), 0, pair.hub());
        pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
        traffic.commit(pair.log(), 20);
        int goal = 6 + random.nextInt(8);
        pair.await("sent " + goal, () -> wire.sent >= goal);
        pair.awaitDrained();
        wire.connectTo(new Reception() {
            @Override
            public boolean admits(String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
                return true;
            }

            @Override
            public byte[] receive(String gateway, byte[] message) throws InterruptedException {
                pair.hub().receive(gateway, message);
                // The answer gets lost on the way.
                return new byte[0];
            }
        });
        traffic.commit(pair.log(), 40);
        pair.await("unconfirmed", () -> pair.log().kept(OWNER).keySet().stream()
                .filter(key -> key.startsWith("P3/")).count() > 1);
        pair.stopUplink();
        wire.connectTo(pair.hub());
        return wire;
    }

    private static void assertEverythingArrivesOnce(Pair pair, FlakyLink.Wire wire, long seed)
            throws Exception {
        pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
        new Traffic(seed + 1000, 10_000).commit(pair.log(), 10);
        pair.awaitDrained();

        Holdings gateway = Holdings.of(pair.log());
        Holdings hub = Holdings.of(pair.hubLog());
        gateway.byTime().readings().forEach((series, rows) -> assertThat(UplinkToHubTest.difference(
                        rows, hub.byTime().readings().getOrDefault(series, List.of())))
                .as("seed=%d readings of %s", seed, series).isEmpty());
        UplinkToHubTest.assertBalanced(pair, seed);
        for (Books.LaneBook book : pair.log().books().lanes().values()) {
            assertThat(List.of(book.delivered(), book.expired(), book.thinned(), book.unmeant()))
                    .as("seed=%d %s", seed, book).allMatch(count -> count >= 0);
        }
        assertThat(pair.alarms).as("seed=%d", seed).isEmpty();
    }

    /** Numbers from 0 of the pages on which two words stand that a row of a frame has. */
    private static List<Long> pagesWithFrames(byte[] file) {
        List<Long> found = new ArrayList<>();
        for (int page = 0; page < file.length / PAGE_BYTES; page++) {
            String text = new String(file, page * PAGE_BYTES, PAGE_BYTES, StandardCharsets.ISO_8859_1);
            if (text.contains(OWNER + "P3/")) {
                found.add((long) page);
            }
        }
        return found;
    }
}
