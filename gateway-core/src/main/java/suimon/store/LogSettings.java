package suimon.store;

import java.nio.file.Path;
import java.time.Duration;
import suimon.config.DataConfig;
import suimon.config.DataConfig.Durability;

/**
 * How a log is kept.
 *
 * @param folder created when missing; locked by the process that opens it
 * @param quotaBytes what the log's files may take
 * @param durability FULL but for tests that must lose data
 * @param aggregates whether complete ten-minute intervals are appended as {@link
 *     suimon.reading.Entry.Aggregate}; a gateway wants that, a hub that receives them does not
 * @param sealing when batches are put into chunks
 * @param grades what readings are worth once their neighbours are known
 * @param isOneOfMany whether one process keeps hundreds of logs: smaller caches, see decision 0185
 */
public record LogSettings(
        Path folder, long quotaBytes, Durability durability, boolean aggregates, Sealing sealing,
        FinalGrades grades, boolean isOneOfMany) {

    /** Blocks of rollups are ten minutes: hundreds of logs share most of that. */
    private static final int STAGGER_SECONDS = 480;

    /** Sealed as usual. */
    public LogSettings(Path folder, long quotaBytes, Durability durability, boolean aggregates) {
        this(folder, quotaBytes, durability, aggregates, Sealing.USUAL, FinalGrades.AS_THEY_CAME, false);
    }

    /** A log as the configuration has it, in a folder of its own and with a part of the quota. */
    public static LogSettings of(DataConfig data, Path folder, long quotaBytes, boolean aggregates) {
        return new LogSettings(folder, quotaBytes, data.durability(), aggregates,
                Sealing.usual(data.sealAfter()), FinalGrades.AS_THEY_CAME, false);
    }

    /** Without aggregates. */
    public LogSettings(Path folder, long quotaBytes, Durability durability) {
        this(folder, quotaBytes, durability, false);
    }

    /** The same log, sealed in another way. */
    public LogSettings with(Sealing otherwise) {
        return new LogSettings(folder, quotaBytes, durability, aggregates, otherwise, grades, isOneOfMany);
    }

    /** The same log, with final grades by that. */
    public LogSettings with(FinalGrades otherwise) {
        return new LogSettings(folder, quotaBytes, durability, aggregates, sealing, otherwise, isOneOfMany);
    }

    /** How much later than other logs of the process this one does what is due at full hours and the like. */
    long staggerNanos() {
        return isOneOfMany ? Math.floorMod(folder.hashCode(), STAGGER_SECONDS) * 1_000_000_000L : 0;
    }

    /** The same log in a process that keeps hundreds of them. */
    public LogSettings oneOfMany() {
        return new LogSettings(folder, quotaBytes, durability, aggregates, sealing, grades, true);
    }

    /**
     * When a closed stretch of the log is sealed.
     *
     * @param after at the latest when its oldest entry has this age
     * @param untouched never while its newest entry is younger than this
     * @param readingsPerSeries earlier when each series has about so many readings
     * @param mergedAtOnce neighbouring stretches that are merged into one of the next level
     */
    public record Sealing(
            Duration after, Duration untouched, int readingsPerSeries, int mergedAtOnce) {
        public static final Sealing USUAL =
                new Sealing(Duration.ofHours(1), Duration.ofSeconds(30), 600, 12);

        /** As usual, but for how long readings wait at most. */
        public static Sealing usual(Duration after) {
            return new Sealing(after, USUAL.untouched, USUAL.readingsPerSeries, USUAL.mergedAtOnce);
        }

        public Sealing {
            if (after.isNegative() || untouched.isNegative()) {
                throw new IllegalArgumentException("sealing after " + after + " and when untouched for "
                        + untouched + ", expected 0 or more");
            }
            if (readingsPerSeries < 1 || mergedAtOnce < 2) {
                throw new IllegalArgumentException("sealing " + readingsPerSeries
                        + " readings per series, merging " + mergedAtOnce + " stretches");
            }
        }
    }
}
