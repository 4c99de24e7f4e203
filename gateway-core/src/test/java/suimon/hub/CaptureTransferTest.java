package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.History;
import suimon.backhaul.LinkDown;
import suimon.backhaul.Malformed;
import suimon.backhaul.Messages;
import suimon.backhaul.ObjectPiece;
import suimon.config.DataConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.Capture;
import suimon.reading.Entry;
import suimon.store.Books;
import suimon.store.CaptureShelf;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;
import suimon.store.StoredCapture;

/** Captures arrive whole and once, whatever is killed on the way, and never hold up an alarm. */
class CaptureTransferTest {
    private static final CaptureShelf.Limits ROOMY = new CaptureShelf.Limits(1L << 30, null);
    private static final int PIECE = 16 << 10;

    @TempDir
    Path folder = Path.of("");

    @Test
    void capturesArriveAsTheyAreOverABadLink() throws Exception {
        long seed = 11;
        try (Pair pair = new Pair(folder, seed, 20_000)) {
            CaptureShelf shelf = shelfOf(pair);
            Random random = new Random(seed);
            for (int bytes : new int[] {5, PIECE, PIECE + 1, 300_000}) {
                put(pair.log(), shelf, random, bytes);
            }
            FlakyLink.Wire wire = new FlakyLink.Wire(random, 0.2, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertSame(pair, shelf, seed);
        }
    }

    @Test
    void everyStepOfATransferMayBeTheLastOfEitherSide() throws Exception {
        killAtEveryStep(12, 12 * PIECE, 9_000);
    }

    @Test
    @Tag("long")
    void everyStepOfATransferOfTenMegabytesMayBeTheLastOfEitherSide() throws Exception {
        killAtEveryStep(13, 10 << 20, 256_000);
    }

    /** Each run of the uplink or the hub gets a few messages through and ends with an answer or a message lost. */
    private void killAtEveryStep(long seed, int bytes, int frameBytes) throws Exception {
        try (Pair pair = new Pair(folder, seed, frameBytes)) {
            CaptureShelf shelf = shelfOf(pair);
            put(pair.log(), shelf, new Random(seed), bytes);
            List<Long> offsets = new CopyOnWriteArrayList<>();
            int kills = 0;
            while (Objects.requireNonNull(pair.hub().captures(Pair.GATEWAY)).size() == 0) {
                boolean isAnswerLost = kills % 2 == 0;
                Hub hub = pair.hub();
                KilledLink[] link = new KilledLink[1];
                pair.startUplink(answers -> link[0] = new KilledLink(hub, answers, 4, isAnswerLost, offsets));
                pair.await("killed", () -> link[0].isDead
                        || Objects.requireNonNull(hub.captures(Pair.GATEWAY)).size() > 0);
                pair.stopUplink();
                pair.stopHub();
                pair.startHub();
                kills++;
                assertThat(kills).as("seed=%d", seed).isLessThan(5_000);
            }
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), 0, pair.hub());
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertSame(pair, shelf, seed);
            long again = offsets.size() - offsets.stream().distinct().count();
            assertThat(kills).as("seed=%d", seed).isGreaterThan(2);
            // A run sends again only what was on its way, at most two frames of pieces and their parts.
            assertThat(again).as("seed=%d: %d messages in %d runs", seed, offsets.size(), kills)
                    .isLessThanOrEqualTo(3L * kills);
        }
    }

    /** Passes so many messages, then takes one more whose answer is lost or that is lost itself. */
    private static final class KilledLink implements suimon.backhaul.Link {
        private final Reception hub;
        private final Consumer<byte[]> answers;
        private final boolean isAnswerLost;
        private final List<Long> frames;
        private int left;
        private volatile boolean isDead;

        KilledLink(Reception hub, Consumer<byte[]> answers, int left, boolean isAnswerLost, List<Long> frames) {
            this.hub = hub;
            this.answers = answers;
            this.left = left;
            this.isAnswerLost = isAnswerLost;
            this.frames = frames;
        }

        @Override
        public void send(byte[] message) throws LinkDown, InterruptedException {
            if (isDead) {
                throw new LinkDown("killed");
            }
            note(message);
            left--;
            if (left > 0) {
                answers.accept(hub.receive(Pair.GATEWAY, message));
                return;
            }
            if (isAnswerLost) {
                hub.receive(Pair.GATEWAY, message);
            }
            isDead = true;
        }

        private void note(byte[] message) {
            try {
                if (Messages.readUp(message) instanceof Messages.Framed framed && framed.frame().lane() == Lane.P4) {
                    frames.add(framed.frame().number());
                }
            } catch (Malformed impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public void reset() {}

        @Override
        public void close() {}
    }

    @Test
    void anAlarmGoesBeforeWhatIsLeftOfARecording() throws Exception {
        try (Pair pair = new Pair(folder, 14, 9_000)) {
            CaptureShelf shelf = shelfOf(pair);
            put(pair.log(), shelf, new Random(14), 60 * PIECE);
            List<Lane> order = new CopyOnWriteArrayList<>();
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(14), 0, pair.hub());
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers) {
                @Override
                public void send(byte[] message) throws LinkDown, InterruptedException {
                    try {
                        if (Messages.readUp(message) instanceof Messages.Framed framed) {
                            order.add(framed.frame().lane());
                            if (framed.frame().lane() == Lane.P4 && framed.frame().number() == 10) {
                                pair.log().commit(new Commit(List.of(new Entry.Alarm(
                                        Traffic.alarm(AlarmEvent.Kind.ACTIVATED, Instant.EPOCH))), List.of()));
                            }
                        }
                    } catch (Malformed impossible) {
                        throw new IllegalStateException(impossible);
                    }
                    super.send(message);
                }
            });
            pair.awaitDrained();

            List<Lane> frames = order.stream().filter(lane -> lane == Lane.P0 || lane == Lane.P4).toList();
            assertThat(frames.indexOf(Lane.P0)).isBetween(10, 12);
            assertThat(frames.size()).isGreaterThan(60);
            assertSame(pair, shelf, 14);
        }
    }

    @Test
    void whatWentBeforeItWasSentIsToldAndWhatIsPartlySentStays() throws Exception {
        try (Pair pair = new Pair(folder, 15, 256_000)) {
            CaptureShelf shelf = CaptureShelf.open(pair.log(), pair.gatewayFolder(),
                    new CaptureShelf.Limits(3 * PIECE, null));
            pair.captures = shelf;
            Random random = new Random(15);
            shelf.hold("hub", 2);
            for (int number = 1; number <= 5; number++) {
                put(pair.log(), shelf, random, PIECE);
            }
            FlakyLink.Wire wire = new FlakyLink.Wire(random, 0, pair.hub());

            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();

            assertThat(shelf.after(0, 9)).extracting(StoredCapture::number).containsExactly(2L, 4L, 5L);
            assertSame(pair, shelf, 15);
            Books.LaneBook book = bookOf(pair);
            assertThat(book.expired()).isEqualTo(2);
            assertThat(entriesOf(pair.hubLog())).filteredOn(Entry.Gap.class::isInstance).hasSize(2)
                    .allSatisfy(gap -> assertThat(gap.toString()).contains("uplink/P4", "1 removed"));
        }
    }

    @Test
    void aPieceOrAWholeWithAnotherHashNeverReachesTheShelf() throws Exception {
        try (Log log = Log.open(new LogSettings(folder, 1 << 28, DataConfig.Durability.OFF), System::nanoTime,
                Clock.systemUTC())) {
            ObjectIntake intake = ObjectIntake.open("pen-1", log, folder, ROOMY, Clock.systemUTC());
            byte[] bytes = new byte[100];
            new Random(16).nextBytes(bytes);
            StoredCapture of = stored(bytes);
            byte[] other = bytes.clone();
            other[3]++;

            assertThatThrownBy(() -> intake.take(List.of(new ObjectPiece(of, 0, other, History.hashOf(bytes)))))
                    .isInstanceOf(Malformed.class);
            ObjectIntake.Taken taken = intake.take(List.of(new ObjectPiece(of, 0, other, History.hashOf(other))));
            log.commit(new Commit(taken.entries(), taken.changes()));
            taken.committed().run();

            assertThat(intake.shelf().size()).isZero();
            assertThat(taken.entries()).hasSize(2).first().asString().contains("refused");
        }
    }

    @Test
    void piecesThatWereWrittenAndNotCommittedComeAgainHarmlessly() throws Exception {
        try (Log log = Log.open(new LogSettings(folder, 1 << 28, DataConfig.Durability.OFF), System::nanoTime,
                Clock.systemUTC())) {
            byte[] bytes = new byte[100];
            new Random(17).nextBytes(bytes);
            StoredCapture of = stored(bytes);
            List<ObjectPiece> pieces = new ArrayList<>();
            for (int from = 0; from < 100; from += 40) {
                byte[] part = java.util.Arrays.copyOfRange(bytes, from, Math.min(100, from + 40));
                pieces.add(new ObjectPiece(of, from, part, History.hashOf(part)));
            }
            for (ObjectPiece piece : pieces) {
                ObjectIntake.open("pen-1", log, folder, ROOMY, Clock.systemUTC()).take(List.of(piece));
                ObjectIntake again = ObjectIntake.open("pen-1", log, folder, ROOMY, Clock.systemUTC());
                assertThat(again.shelf().size()).isZero();
                ObjectIntake.Taken taken = again.take(List.of(piece));
                log.commit(new Commit(taken.entries(), taken.changes()));
                taken.committed().run();
            }

            CaptureShelf shelf = CaptureShelf.read(folder);
            assertThat(Files.readAllBytes(shelf.file(shelf.after(0, 1).getFirst()))).isEqualTo(bytes);
            assertThat(folder.resolve("captures-arriving")).isEmptyDirectory();
        }
    }

    private static CaptureShelf shelfOf(Pair pair) throws Exception {
        CaptureShelf shelf = CaptureShelf.open(pair.log(), pair.gatewayFolder(), ROOMY);
        pair.captures = shelf;
        return shelf;
    }

    private static StoredCapture stored(byte[] bytes) {
        return new StoredCapture(1, capture(bytes), "main/hydrant-1", "mqtt", 7, 7, 1);
    }

    private static Capture capture(byte[] bytes) {
        return new Capture(HexFormat.of().formatHex(History.hashOf(bytes)), bytes.length,
                new Capture.Waveform(44_100_000, 16, 1, bytes.length / 2,
                        new Capture.Origin("logger-7", "job", 5, Capture.SyncSource.GNSS, -1)));
    }

    private static void put(Log log, CaptureShelf shelf, Random random, int size)
            throws IOException, InterruptedException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        shelf.take(capture(bytes), bytes, "main/hydrant-1", "mqtt", 1_760_000_000_000_000_000L);
        CaptureShelf.Drained drained = shelf.drain(0);
        log.commit(new Commit(List.of(), drained.changes()));
        drained.committed().run();
        shelf.sweep();
    }

    private static Books.LaneBook bookOf(Pair pair) {
        return Objects.requireNonNull(pair.log().books().lanes().get(new Books.Lane(Pair.DESTINATION, "P4")));
    }

    /** The shelves agree capture by capture and byte by byte, and so do the books. */
    private static void assertSame(Pair pair, CaptureShelf shelf, long seed) throws Exception {
        CaptureShelf there = CaptureShelf.read(pair.hubFolder());
        List<StoredCapture> sent = shelf.after(0, 100);
        List<StoredCapture> found = there.after(0, 100);
        assertThat(found).as("seed=%d", seed).extracting(StoredCapture::capture)
                .containsExactlyElementsOf(sent.stream().map(StoredCapture::capture).toList());
        for (StoredCapture each : found) {
            assertThat(History.hashOf(Files.readAllBytes(there.file(each)))).as("seed=%d", seed)
                    .isEqualTo(HexFormat.of().parseHex(each.capture().sha256()));
            assertThat(each.sensor()).isEqualTo("main/hydrant-1");
        }
        Books.LaneBook book = bookOf(pair);
        assertThat(book.pending()).as("seed=%d", seed).isZero();
        assertThat(book.delivered()).as("seed=%d", seed).isEqualTo(there.book().arrived());
        assertThat(book.total()).as("seed=%d", seed).isEqualTo(shelf.book().arrived());
        assertThat(there.book().balances(found.size())).as("seed=%d", seed).isTrue();
    }

    private static List<Entry> entriesOf(Log log) throws Exception {
        try (LogReader reader = log.reader()) {
            return reader.after(0, 1000, 8 << 20).stream().map(Sequenced::entry).toList();
        }
    }
}
