package suimon.pipeline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import suimon.config.SeriesConfig;
import suimon.reading.CalibrationHistory;
import suimon.reading.Entry;
import suimon.reading.Series;
import suimon.store.CalibrationBook;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/**
 * The calibrations of all series: the configured line until an entry of the log says otherwise. Made
 * before the log is opened, since sealing asks it, and filled from the log at once. Any thread.
 */
public final class CalibrationDesk {
    /** Sealing at the very start waits at most so long for what the log says. */
    private static final long PATIENCE_SECONDS = 10;

    private final Map<String, SeriesConfig> configs;
    private final Map<String, LiveCalibration> series = new ConcurrentHashMap<>();
    private final CountDownLatch isRead = new CountDownLatch(1);

    public CalibrationDesk(Map<String, SeriesConfig> configs) {
        this.configs = Map.copyOf(configs);
    }

    /** Takes over what the log says. */
    public void read(Log log) throws StoreFailed {
        try (LogReader reader = log.reader()) {
            CalibrationBook book = CalibrationBook.read(reader);
            book.lines().stream().map(line -> line.entry().series()).distinct().forEach(id -> {
                String name = log.series(id).name();
                of(name).set(book.history(id, SeriesConfig.line(configs.get(name))));
            });
        }
        isRead.countDown();
    }

    /** The same object at all times. */
    public LiveCalibration of(String name) {
        return series.computeIfAbsent(name,
                one -> new LiveCalibration(new CalibrationHistory(SeriesConfig.line(configs.get(one)))));
    }

    /** An entry was committed. */
    public void take(Series about, long sequence, Entry.Calibration entry) {
        of(about.name()).take(sequence, entry);
    }

    /** For the sealing thread, which may be there before the log was read. */
    void awaitRead() {
        try {
            boolean ignored = isRead.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
