package suimon.backhaul;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.ExportSettings;
import suimon.config.SeriesFilter;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Value;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Follows the log for one {@link Export}, on a thread of its own. Its place is durable and moves
 * only after the far side has what came before it; its books are those of a lane, in entries.
 */
public final class ExportPump implements AutoCloseable {
    /** The lane's name in the books. */
    public static final String LANE = "ALL";

    private static final Logger LOGGER = LoggerFactory.getLogger(ExportPump.class);
    private static final int ENTRIES_MAX = 200;
    private static final long BYTES_MAX = 256 << 10;
    private static final int ALARMS_MAX = 500;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration BACKOFF_LEAST = Duration.ofSeconds(1);
    private static final Duration BACKOFF_MOST = Duration.ofMinutes(1);

    private final ExportSettings settings;
    private final SeriesFilter filter;
    private final Log log;
    private final Calibrator calibrator;
    private final Clock clock;
    private final Export export;
    private final Backoff backoff;
    private final Thread thread;
    private volatile boolean isClosing;
    private volatile Standing standing;

    /** A raw number of a series as it is to be read. */
    @FunctionalInterface
    public interface Calibrator {
        double apply(Series series, double raw, long measured);
    }

    /**
     * How it stands.
     *
     * @param state what it is doing in a few words
     * @param lastToldAt when the far side last had something new; null before that
     * @param behind log sequence numbers it has not dealt with
     */
    public record Standing(String name, String state, boolean isUp, @Nullable Instant lastToldAt, long behind) {}

    /** @param opener makes the export from what {@link ExportContext#standing} says */
    public ExportPump(
            ExportSettings settings, Log log, Calibrator calibrator, Clock clock,
            Function<java.util.function.Supplier<List<Told>>, Export> opener) {
        this.settings = settings;
        this.filter = new SeriesFilter(settings.series());
        this.log = log;
        this.calibrator = calibrator;
        this.clock = clock;
        this.export = opener.apply(this::present);
        this.backoff = new Backoff(BACKOFF_LEAST, BACKOFF_MOST, RandomGenerator.getDefault());
        this.standing = new Standing(settings.name(), "not started", false, null, 0);
        this.thread = Thread.ofVirtual().name("suimon-export-" + settings.name())
                .uncaughtExceptionHandler(this::defect).unstarted(this::run);
    }

    /** A defect of ours: said aloud, and it stays down until the next start. */
    private void defect(Thread stopped, Throwable defect) {
        standing = new Standing(settings.name(), "stopped by a defect: " + defect.getMessage(), false,
                standing.lastToldAt(), standing.behind());
        LOGGER.error("export {}: stopped by a defect in Suimon", settings.name(), defect);
    }

    /** Its place in the log, for {@link Log#requireDelivery}. */
    public static String cursorOf(ExportSettings settings) {
        return LaneQueue.owner(settings.name()) + "/" + LANE;
    }

    public void start() {
        thread.start();
    }

    /** How it stands; from any thread. */
    public Standing standing() {
        return standing;
    }

    /** Stops within moments; what was not confirmed is told again by the next run. */
    @Override
    public void close() {
        isClosing = true;
        thread.interrupt();
        try {
            if (thread.isAlive()) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        export.close();
    }

    private void run() {
        try (LogReader reader = log.reader()) {
            long position = log.cursor(cursorOf(settings)).position();
            while (!isClosing) {
                position = step(reader, position);
            }
        } catch (StoreFailed failed) {
            LOGGER.error("export {} stops: {}", settings.name(), failed.getMessage());
            standing = new Standing(settings.name(), "stopped: " + failed.getMessage(), false, null, 0);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private long step(LogReader reader, long position) throws StoreFailed, InterruptedException {
        List<Sequenced> entries = reader.after(position, ENTRIES_MAX, BYTES_MAX);
        List<Told> news = new ArrayList<>();
        long told = 0;
        for (Sequenced sequenced : entries) {
            int before = news.size();
            add(sequenced.entry(), news);
            told += news.size() > before ? 1 : 0;
        }
        try {
            export.tell(news);
        } catch (LinkDown down) {
            lose(reader, position, String.valueOf(down.getMessage()));
            return position;
        }
        backoff.reset();
        if (entries.isEmpty()) {
            say("up", true, position);
            log.awaitBeyond(Math.max(position, log.newest()), IDLE);
            return position;
        }
        long reached = entries.getLast().sequence();
        commit(reader, entries, position, told);
        standing = new Standing(settings.name(), "up", true, news.isEmpty() ? standing.lastToldAt() : clock.instant(),
                log.newest() - reached);
        return reached;
    }

    private void lose(LogReader reader, long position, String why) throws InterruptedException {
        Duration wait = backoff.next();
        if (!standing.state().equals(why)) {
            LOGGER.warn("export {}: {}; next try in {} s", settings.name(), why, wait.toMillis() / 1e3);
        }
        say(why, false, position);
        // It reads the same again; until then it holds the place.
        reader.standAt(() -> position);
        log.awaitBeyond(Long.MAX_VALUE, wait);
    }

    private void say(String state, boolean isUp, long position) {
        standing = new Standing(settings.name(), state, isUp, standing.lastToldAt(), log.newest() - position);
    }

    /** What is not there any more was merged into entries that come later, or removed by the quota. */
    private void commit(LogReader reader, List<Sequenced> entries, long position, long told)
            throws InterruptedException {
        long merged = 0;
        long removed = 0;
        long at = position;
        for (Sequenced sequenced : entries) {
            long skipped = sequenced.sequence() - at - 1;
            if (skipped > 0) {
                long known = Math.min(skipped, reader.mergedBetween(at, sequenced.sequence()));
                merged += known;
                removed += skipped - known;
            }
            at = sequenced.sequence();
        }
        log.commit(new Commit(List.of(), List.of(
                new Change.Advance(cursorOf(settings), at, at + 1),
                new Change.LaneCount(settings.name(), LANE, told, 0, removed, 0, entries.size() - told + merged))));
    }

    private void add(Entry entry, List<Told> news) {
        if (entry instanceof Entry.Batch batch) {
            Readings readings = batch.readings();
            for (int row = 0; row < readings.size(); row++) {
                Series series = log.series(readings.series(row));
                if (filter.matches(series.name())) {
                    news.add(reading(series, readings, row));
                }
            }
        } else if (entry instanceof Entry.Alarm alarm && settings.alarms()) {
            news.add(new Told.Alarm(alarm.event()));
        }
    }

    private Told.Reading reading(Series series, Readings readings, int row) {
        return new Told.Reading(series, readings.measured(row), readings.received(row),
                calibrated(series, readings.value(row), readings.measured(row)), readings.grade(row));
    }

    private Value calibrated(Series series, Value raw, long measured) {
        return switch (raw) {
            case Value.Text _, Value.Bool _, Value.None _ -> raw;
            default -> {
                double read = calibrator.apply(series, raw.asDouble(), measured);
                yield read == raw.asDouble() ? raw : new Value.Float64(read);
            }
        };
    }

    /** What is known now; asked by the export on the pump's thread. */
    private List<Told> present() {
        List<Told> known = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            for (Series series : log.allSeries()) {
                long newest = log.lastMeasured(series.id());
                if (filter.matches(series.name())) {
                    Readings last = newest == Long.MIN_VALUE
                            ? Readings.empty() : reader.readings(series.id(), newest, newest + 1, 1);
                    known.add(last.size() > 0 ? reading(series, last, 0)
                            : new Told.Reading(series, 0, 0, new Value.None(), Grade.MISSING));
                }
            }
            if (settings.alarms()) {
                Map<String, Told> last = new LinkedHashMap<>();
                reader.newest(List.of(Entry.Alarm.class), ALARMS_MAX).stream().map(Sequenced::entry)
                        .map(Entry.Alarm.class::cast).forEach(alarm ->
                                last.putIfAbsent(alarm.event().rule(), new Told.Alarm(alarm.event())));
                known.addAll(last.values());
            }
        } catch (StoreFailed failed) {
            LOGGER.warn("export {}: what stands can't be read: {}", settings.name(), failed.getMessage());
        }
        return known;
    }
}
