package suimon.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import suimon.config.DataConfig.Durability;
import suimon.reading.CalibrationSheet;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * Writes {@code version-N.db.gz} and {@code version-N.txt}, from which {@link MigrationTest} shows
 * that a log of that version is brought up to date whole. Run once with the last Suimon of a
 * version, before the next step is added to {@link Schema}; never again with a later one:
 *
 * <pre>java -cp ... suimon.store.OldLog gateway-core/src/test/resources/suimon/store</pre>
 */
final class OldLog {
    private static final long START = 1_790_000_000_000_000_000L;
    private static final Instant FILLED = Instant.ofEpochSecond(1_790_000_000L);
    private static final int COMMITS = 1400;
    private static final int SERIES = 4;
    /** Little more than what is written takes, so that retention is at it where a version takes more. */
    private static final long QUOTA_BYTES = 300L << 10;

    /** Few, so that a part is sealed. */
    private static final int SEALED_READINGS = 50;

    private static final long ROLLUPS_NANOS_MAX = 30_000_000_000L;

    private OldLog() {}

    public static void main(String[] arguments) throws Exception {
        Path resources = Path.of(arguments[0]);
        Path scratch = Files.createTempDirectory("old-log");
        LogSettings settings = new LogSettings(scratch.resolve("data"), QUOTA_BYTES, Durability.FULL, true)
                .with(new LogSettings.Sealing(Duration.ofDays(1), Duration.ZERO, SEALED_READINGS, 2));
        try (Log log = open(settings, FILLED)) {
            fill(log);
            await("nothing was sealed", () -> log.stretches().stream().filter(Span::isSealed).count() >= 2);
        }
        try (Log log = open(settings, FILLED.plus(Duration.ofDays(2)))) {
            long left = sealedReadings(log);
            log.keep(new Ages(null, null, null, null, Set.of(), List.of(
                    new Ages.Thin(Duration.ofDays(1), Duration.ofMinutes(1)))));
            await("nothing was thinned", () -> sealedReadings(log) < left);
            // Taken while it is open: the totals of the last commits still ride on their rows.
            Backup.Made made = Backup.make(settings.folder(), null, scratch, "old", Instant.EPOCH,
                    (doing, done, all) -> {});
            write(made.folder().resolve("data/log.db"), resources);
        }
    }

    /** Each look at the ticker is a second later, so that roll-ups are written and their log sealed. */
    private static Log open(LogSettings settings, Instant now) throws StoreFailed {
        AtomicLong ticks = new AtomicLong();
        return Log.open(settings, () -> ticks.addAndGet(1_000_000_000L), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static long sealedReadings(Log log) {
        return log.stretches().stream().filter(Span::isSealed).mapToLong(Span::readings).sum();
    }

    private static void await(String otherwise, BooleanSupplier condition) {
        long end = System.nanoTime() + ROLLUPS_NANOS_MAX;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(otherwise);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void write(Path database, Path resources) throws IOException, StoreFailed {
        String name = "version-" + Schema.version();
        try (var to = new GZIPOutputStream(Files.newOutputStream(resources.resolve(name + ".db.gz")))) {
            Files.copy(database, to);
        }
        Path copy = Files.createTempDirectory("old-log-look");
        Files.copy(database, Database.file(copy));
        Files.writeString(resources.resolve(name + ".txt"), summary(copy));
    }

    /** What must be the same in every version that comes after. */
    static String summary(Path folder) throws StoreFailed {
        LogSettings settings = new LogSettings(folder, Long.MAX_VALUE, Durability.FULL);
        StringBuilder text = new StringBuilder();
        try (Log log = Log.open(settings, System::nanoTime);
                LogReader reader = log.reader()) {
            text.append("newest ").append(log.newest()).append('\n');
            for (long end = System.nanoTime() + ROLLUPS_NANOS_MAX;
                    log.rolledUp() < log.newest() && System.nanoTime() < end; ) {
                LockSupport.parkNanos(1_000_000);
            }
            List<Series> all = new ArrayList<>(log.allSeries());
            all.sort(Comparator.comparingInt(Series::id));
            for (Series series : all) {
                text.append(series.name()).append(' ').append(series.unit()).append(' ')
                        .append(summary(reader.readings(series.id(), Long.MIN_VALUE, Long.MAX_VALUE,
                                Integer.MAX_VALUE)))
                        .append(" stored ").append(log.storedReadings(series.id())).append(" buckets ")
                        .append(sum(buckets(reader.buckets(series.id(), START, START + (1L << 50))))).append('\n');
            }
            for (EntryKind kind : EntryKind.values()) {
                if (kind.code() > 2 && kind.code() <= 13) {
                    append(text, reader, kind);
                }
            }
            new TreeMap<>(log.kept("source/listener")).forEach((key, bytes) -> text.append("kept ")
                    .append(key).append(' ').append(new String(bytes, StandardCharsets.UTF_8))
                    .append('\n'));
            text.append(log.cursor("uplink/hub/P3")).append('\n');
            Books books = log.books();
            text.append(new TreeMap<>(books.sources())).append('\n')
                    .append(new TreeMap<>(books.lanes())).append('\n')
                    .append("removed ").append(books.removedEntries()).append('\n');
        }
        return text.toString();
    }

    /** In the form the first version's summary was made in, whatever else a bucket says since. */
    private static String buckets(List<Bucket> buckets) {
        return buckets.stream()
                .map(one -> "Bucket[startNanos=" + one.startNanos() + ", durationNanos=" + one.durationNanos()
                        + ", count=" + one.count() + ", minimum=" + one.minimum() + ", mean=" + one.mean()
                        + ", maximum=" + one.maximum() + ", worst=" + one.worst() + "]")
                .toList().toString();
    }

    private static long sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    private static void append(StringBuilder text, LogReader reader, EntryKind kind) throws StoreFailed {
        CRC32C sum = new CRC32C();
        int count = 0;
        for (Sequenced one : reader.newest(List.of(typeOf(kind)), Integer.MAX_VALUE)) {
            count++;
            sum.update((one.sequence() + " " + text(one.entry()))
                    .getBytes(StandardCharsets.UTF_8));
        }
        text.append(kind).append(' ').append(count).append(' ').append(sum.getValue()).append('\n');
    }

    /** In the form the first version's summary was made in; then a calibration was a straight line. */
    private static String text(Entry entry) {
        return !(entry instanceof Entry.Calibration one) || !one.curve().isLine() || one.sheet() != CalibrationSheet.NONE
                ? entry.toString()
                : "Calibration[series=" + one.series() + ", from=" + one.from() + ", offset=" + one.curve().offset()
                        + ", gain=" + one.curve().gain() + ", by=" + one.by() + ", note=" + one.note() + "]";
    }

    private static Class<? extends Entry> typeOf(EntryKind kind) {
        for (Class<?> type : Entry.class.getPermittedSubclasses()) {
            Class<? extends Entry> one = type.asSubclass(Entry.class);
            if (EntryKind.ofType(one) == kind) {
                return one;
            }
        }
        throw new IllegalArgumentException("no type for " + kind);
    }

    private static String summary(Readings readings) {
        CRC32C sum = new CRC32C();
        for (int row = 0; row < readings.size(); row++) {
            sum.update((readings.measured(row) + " " + readings.value(row) + " " + readings.grade(row) + " "
                    + readings.status(row) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return readings.size() + " readings " + sum.getValue();
    }

    private static void fill(Log log) throws InterruptedException {
        Random random = new Random(20_261_123);
        RandomEntries entries = new RandomEntries(20_261_123);
        Series[] series = new Series[SERIES];
        for (int id = 0; id < SERIES; id++) {
            series[id] = log.define("pen1/s" + id, new Words("系列" + id, "series " + id), "mg/L", 1_000_000_000L);
        }
        for (int commit = 0; commit < COMMITS; commit++) {
            List<Entry> made = new ArrayList<>();
            List<Change> changes = new ArrayList<>();
            made.add(batch(series, commit, random, changes));
            if (commit % 100 == 99) {
                entries.others().stream().filter(entry -> !(entry instanceof Entry.SeriesDefined
                        || entry instanceof Entry.Aggregate || entry instanceof Entry.Regrade))
                        .forEach(made::add);
            }
            changes.add(new Change.SourceCount("listener", 5, 4, 0, 1));
            changes.add(new Change.Keep("source/listener", "key" + commit % 7,
                    ("value " + commit).getBytes(StandardCharsets.UTF_8)));
            if (commit % 50 == 49) {
                // What stands in the log before is delivered, all of it meant for the lane.
                long upTo = log.commit(new Commit(List.of(), List.of()));
                long before = log.cursor("uplink/hub/P3").position();
                changes.add(new Change.Advance("uplink/hub/P3", upTo, upTo + 1));
                changes.add(new Change.LaneCount("hub", "P3", upTo - before, 0, 0, 0, 0));
            }
            log.commit(new Commit(made, changes));
        }
    }

    private static Entry.Batch batch(Series[] series, int commit, Random random, List<Change> changes) {
        Readings.Builder readings = new Readings.Builder(20);
        for (int id = 0; id < SERIES; id++) {
            int rows = 1 + random.nextInt(4);
            for (int row = 0; row < rows; row++) {
                // Now and then late, and now and then for a time that has a reading already.
                long late = random.nextInt(40) == 0 ? 3_600 * (1 + random.nextInt(5)) : 0;
                long time = START + (commit * 5L + row - late) * 1_000_000_000L
                        + (random.nextInt(3) == 0 ? random.nextInt(900) * 1_000_000L : 0);
                Value value = id == 3 ? new Value.Text("状態 " + random.nextInt(5))
                        : new Value.Decimal(800 + random.nextInt(50), 2);
                readings.add(series[id].id(), time, time + 20_000_000, value,
                        random.nextInt(30) == 0 ? Grade.SUSPECT : Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
            changes.add(new Change.SeriesCount(series[id].id(), rows + 1, rows, 1));
        }
        return new Entry.Batch(readings.build(), RandomEntries.CLOCK);
    }
}
