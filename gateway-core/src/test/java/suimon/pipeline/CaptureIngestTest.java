package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.DecodeConfig;
import suimon.reading.Entry;
import suimon.store.Books;
import suimon.store.CaptureShelf;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Repeats;
import suimon.store.StoredCapture;

/** A recording from the inbox to the shelf. */
class CaptureIngestTest {
    private static final CaptureShelf.Limits ROOMY = new CaptureShelf.Limits(100_000_000, null);

    @TempDir
    Path folder;

    private final BatchInbox inbox = new BatchInbox();

    @Test
    void aRecordingIsKeptBeforeItIsAcknowledgedAndADamagedOneIsARejectWithItsReason() throws Exception {
        byte[] wav = wav(2 << 20);
        try (Log log = open(); Repeats repeats = Repeats.open(log); LogReader reader = log.reader()) {
            CaptureShelf shelf = CaptureShelf.open(log, folder, ROOMY);
            List<List<StoredCapture>> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
            CountDownLatch told = new CountDownLatch(2);
            Ingest ingest = ingest(log, repeats, shelf);
            Thread thread = Thread.ofPlatform().start(ingest);
            put("sound/hydrant-12", wav, () -> {
                seen.add(shelf.newest(Long.MAX_VALUE, 9, row -> true));
                told.countDown();
            });
            put("sound/hydrant-12", Arrays.copyOf(wav, 5000), told::countDown);
            assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
            ingest.stop();
            thread.join();

            assertThat(seen).singleElement().satisfies(rows -> assertThat(rows).singleElement().satisfies(row -> {
                assertThat(row.sensor()).isEqualTo("main/hydrant-12");
                assertThat(shelf.file(row)).hasBinaryContent(wav);
            }));
            assertThat(reader.newest(List.of(Entry.Reject.class), 9)).singleElement()
                    .satisfies(reject -> assertThat(((Entry.Reject) reject.entry()).reason()).startsWith("WAV: "));
            assertThat(log.books().sources().get("listener")).isEqualTo(new Books.SourceBook(2, 1, 1, 0));
        }
    }

    @Test
    void whatCannotBeWrittenIsNotAcknowledgedAndReadingsGoOn() throws Exception {
        try (Log log = open(); Repeats repeats = Repeats.open(log); LogReader reader = log.reader()) {
            CaptureShelf shelf = CaptureShelf.open(log, folder.resolve("elsewhere"), ROOMY);
            Files.createDirectories(folder.resolve("elsewhere"));
            Files.writeString(folder.resolve("elsewhere/captures"), "a file where the folder should be");
            CountDownLatch capture = new CountDownLatch(1);
            CountDownLatch reading = new CountDownLatch(1);
            Ingest ingest = ingest(log, repeats, shelf);
            Thread thread = Thread.ofPlatform().start(ingest);
            put("sound/hydrant-12", wav(100), capture::countDown);
            put("level", "1.5".getBytes(StandardCharsets.UTF_8), reading::countDown);
            assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
            ingest.stop();
            thread.join();

            assertThat(capture.getCount()).isEqualTo(1);
            assertThat(log.books().sources().get("listener")).isEqualTo(new Books.SourceBook(2, 1, 0, 1));
            assertThat(reader.newest(List.of(Entry.Alarm.class), 1)).singleElement()
                    .extracting(found -> found.entry().toString()).asString().contains("録音・写真を保存できません");
        }
    }

    private void put(String topic, byte[] payload, Receipt receipt) throws InterruptedException {
        inbox.put(new Delivery.Message("listener", topic, payload, 1_790_000_000_000_000_000L, null, List.of(), receipt));
    }

    private Ingest ingest(Log log, Repeats repeats, CaptureShelf shelf) {
        SeriesDesk desk = new SeriesDesk(log, Map.of());
        Alarms alarms = new Alarms(List.of(), desk::define, Map.of(), Duration.ofMinutes(10), System::nanoTime);
        Decoder decoder = Decoder.of(List.of(
                DecodeConfig.of("sound/{place}", DecodeConfig.Format.CAPTURE, "main/{place}", null),
                DecodeConfig.of("level", DecodeConfig.Format.NUMBER, "level", null)));
        return new Ingest(new Ingest.Parts(log, inbox, Map.of("listener", decoder), desk, alarms, repeats,
                DuplicateMessages.open(log),
                new CommitPace(Duration.ZERO, new FlashBudget(Long.MAX_VALUE, () -> 0, Clock.systemUTC(), null)),
                Clock.systemUTC(), System::nanoTime, "boot", new Preview(), shelf));
    }

    private Log open() throws Exception {
        return Log.open(new LogSettings(folder, 64_000_000, Durability.NORMAL), System::nanoTime);
    }

    /** 16 bits, one channel, 8 kHz. */
    private static byte[] wav(int samples) {
        ByteBuffer wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples)
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1)
                .putShort((short) 1).putInt(8000).putInt(16_000).putShort((short) 2).putShort((short) 16)
                .put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
        while (wav.hasRemaining()) {
            wav.putShort((short) (wav.position() * 37));
        }
        return wav.array();
    }
}
