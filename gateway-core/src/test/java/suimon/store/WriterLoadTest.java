package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** Twenty thousand readings a second in commits of 400: what they cost the store's own threads. */
class WriterLoadTest {
    private static final int SENSORS = 400;
    private static final int COMMITS_PER_SECOND = 50;
    private static final int SECONDS = 20;

    @TempDir
    Path folder;

    private final Random random = new Random(1);
    private final double[] level = new double[SENSORS];

    @Test
    void twentyThousandReadingsASecondTakeWellUnderHalfACore() throws Exception {
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.FULL, true);
        try (Log log = Log.open(settings, System::nanoTime)) {
            load(log, 2, 0);
            long before = cpuNanos("suimon-log") + cpuNanos("suimon-rollups");
            long bytesBefore = log.writtenBytes();

            load(log, SECONDS, 2);

            long spent = cpuNanos("suimon-log") + cpuNanos("suimon-rollups") - before;
            double cores = spent / 1e9 / SECONDS;
            long readings = (long) SECONDS * COMMITS_PER_SECOND * SENSORS;
            System.out.printf("store: %.3f cores at 20,000 readings/s; %.2f bytes written per reading, about%n",
                    cores, (double) (log.writtenBytes() - bytesBefore) / readings);
            assertThat(cores).isLessThan(0.5);
        }
    }

    private void load(Log log, int seconds, int firstSecond) throws InterruptedException {
        List<Change> counts = new ArrayList<>();
        for (int series = 0; series < SENSORS; series++) {
            counts.add(new Change.SeriesCount(series + 1, 1, 1, 0));
        }
        counts.add(new Change.SourceCount("listener", SENSORS, SENSORS, 0, 0));
        for (int commit = 0; commit < seconds * COMMITS_PER_SECOND; commit++) {
            long now = 1_700_000_000_000_000_000L + firstSecond * 1_000_000_000L + commit * 20_000_000L;
            log.commit(new Commit(List.of(batch(now)), counts));
        }
    }

    private Entry batch(long now) {
        Readings.Builder rows = new Readings.Builder(SENSORS);
        for (int series = 0; series < SENSORS; series++) {
            level[series] += random.nextGaussian() * 0.05;
            long time = now + random.nextInt(20) * 1_000_000L;
            rows.add(series + 1, time, time, new Value.Decimal(Math.round(700 + 100 * level[series]), 2),
                    Grade.GOOD, 0, TimeOrigin.ARRIVAL);
        }
        return new Entry.Batch(rows.build(), RandomEntries.CLOCK);
    }

    private static long cpuNanos(String thread) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().equals(thread)) {
                return threads.getThreadCpuTime(id);
            }
        }
        throw new IllegalStateException("no thread " + thread);
    }
}
