package suimon.fault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.CaptureReader;
import suimon.store.CaptureShelf;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogSettings;

/**
 * Puts numbered recordings on the shelf, several at a time and the oldest going by quota, and prints
 * each number that is on disk, until somebody kills it or its input ends.
 */
final class CaptureSubject {
    static final CaptureShelf.Limits LIMITS = new CaptureShelf.Limits(100_000, null);
    private static final int OUTSTANDING_MAX = 4;

    private CaptureSubject() {}

    /** Argument: the data folder. */
    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Log log = Log.open(settings(data), System::nanoTime);
        CaptureShelf shelf = CaptureShelf.open(log, data, LIMITS);
        Thread.ofPlatform().daemon().start(PhaseSubject::endWithParent);
        System.out.println("open");
        Semaphore outstanding = new Semaphore(OUTSTANDING_MAX);
        for (long number = LogSubject.newest(log) + 1; ; number++) {
            outstanding.acquire();
            byte[] wav = wav(number);
            if (!(CaptureReader.read(wav) instanceof CaptureReader.Outcome.Read read)) {
                throw new IllegalStateException("not a recording: " + number);
            }
            shelf.take(read.capture(), wav, "pipe", "subject", number);
            CaptureShelf.Drained drained = shelf.drain(number);
            List<Change> changes = new ArrayList<>(drained.changes());
            changes.add(new Change.Keep(LogSubject.OWNER, LogSubject.KEY,
                    Long.toString(number).getBytes(StandardCharsets.UTF_8)));
            long submitted = number;
            log.submit(new Commit(List.of(), changes, sequence -> {
                drained.committed().run();
                System.out.println("acknowledged " + submitted);
                outstanding.release();
            }));
            shelf.sweep();
        }
    }

    static LogSettings settings(Path data) {
        return new LogSettings(data, LogSubject.QUOTA_BYTES, Durability.FULL);
    }

    /** A recording that its number says all of. */
    static byte[] wav(long number) {
        Random random = new Random(number);
        int samples = 100 + random.nextInt(4000);
        ByteBuffer wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples)
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1)
                .putShort((short) 1).putInt(8000).putInt(16_000).putShort((short) 2).putShort((short) 16)
                .put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
        while (wav.hasRemaining()) {
            wav.putShort((short) random.nextInt());
        }
        return wav.array();
    }
}
