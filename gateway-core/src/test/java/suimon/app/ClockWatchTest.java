package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.TimeConfig;
import suimon.dataset.Dataset;
import suimon.dataset.Pull;
import suimon.pipeline.Alarms;
import suimon.pipeline.SteppedClock;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.SteadyClock;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Bucket;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.RedatedBuckets;
import suimon.store.Sequenced;

final class ClockWatchTest {
    private static final Instant LAST_RUN = Instant.parse("2026-11-20T03:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");
    private static final long MILLI = 1_000_000L;
    private static final long DAY = 86_400_000 * MILLI;

    @TempDir
    Path folder;

    @Test
    void aBoxThatStartsIn1970RecordsOnAndItsReadingsGetTheirDatesWhenTheTimeArrives() throws Exception {
        SteppedClock before = new SteppedClock(LAST_RUN);
        try (Log log = open(before)) {
            log.define("pen1/do", Words.same("pen1/do"), "mg/L", 0);
            take(log, "boot-1", before, new SteadyClock(before, before, 50), 1);
        }

        SteppedClock box = new SteppedClock(Instant.EPOCH.plusSeconds(12));
        SteadyClock clock = new SteadyClock(box, box, 50);
        try (Log log = open(clock)) {
            ClockWatch.begin(clock, box, "boot-2", log);
            Alarms alarms = new Alarms(List.of(), name -> log.allSeries().iterator().next(), Map.of(),
                    Duration.ofMinutes(10), box);
            ClockWatch watch = new ClockWatch(clock, box, "boot-2", log, alarms, TimeConfig.USUAL);
            watch.look(false, 0);
            box.step(Duration.ofMinutes(1));
            take(log, "boot-2", box, clock, 2);
            assertThat(watch.status().dated()).isFalse();
            assertThat(alarms.retained()).singleElement().satisfies(view -> {
                assertThat(view.last().message().ja()).contains("日付が分かりません");
                assertThat(view.last().message().en()).contains("does not know the date");
            });

            box.step(Duration.ofMinutes(1));
            box.jump(Duration.between(box.instant(), NOW));
            watch.look(true, 3 * MILLI);
            take(log, "boot-2", box, clock, 3);

            assertThat(watch.status().errorMillis()).isEqualTo(3);
            List<String[]> rows = rows(log, Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"));
            assertThat(rows).extracting(row -> row[4]).containsExactly("1", "2", "3");
            assertThat(rows).extracting(row -> row[2]).containsExactly(
                    LAST_RUN.toString(), NOW.minus(Duration.ofMinutes(1)).toString(), NOW.toString());
            assertThat(rows).extracting(row -> row[12]).containsExactly("UNKNOWN", "REDATED", "SYNCHRONISED");
            assertThat(rows(log, NOW.minus(Duration.ofMinutes(2)), NOW)).as("found by its right date")
                    .extracting(row -> row[4]).containsExactly("2");
            try (LogReader reader = log.reader()) {
                RedatedBuckets chart = new RedatedBuckets(log, reader);
                int series = log.allSeries().iterator().next().id();
                List<Bucket> minutes = chart.minutes(series, Nanos.of(LAST_RUN) - DAY, Nanos.of(NOW) + DAY);
                assertThat(minutes).as("a chart shows each at its right minute").extracting(Bucket::startNanos)
                        .containsExactly(minuteOf(LAST_RUN), minuteOf(NOW) - 60_000 * MILLI, minuteOf(NOW));
                assertThat(minutes).extracting(Bucket::mean).containsExactly(1.0, 2.0, 3.0);
                assertThat(chart.hours(series, Nanos.of(LAST_RUN) - DAY, Nanos.of(NOW) + DAY))
                        .extracting(Bucket::mean).containsExactly(1.0, 2.0, 3.0);
            }
        }
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    @Test
    void aLossOfSynchronisationIsWrittenDownAndToldWhenTheErrorIsTooGreat() throws Exception {
        SteppedClock box = new SteppedClock(NOW);
        SteadyClock clock = new SteadyClock(box, box, 50);
        try (Log log = open(clock); LogReader reader = log.reader()) {
            log.define("pen1/do", Words.same("pen1/do"), "mg/L", 0);
            Alarms alarms = new Alarms(List.of(), name -> log.allSeries().iterator().next(), Map.of(),
                    Duration.ofMinutes(10), box);
            ClockWatch watch = new ClockWatch(clock, box, "boot", log, alarms, TimeConfig.USUAL);
            watch.look(true, MILLI);
            box.step(Duration.ofSeconds(1));
            watch.look(false, 0);
            box.step(Duration.ofHours(1));
            watch.look(false, 0);
            assertThat(alarms.retained()).as("an hour costs 180 ms").isEmpty();

            box.step(Duration.ofHours(6));
            watch.look(false, 0);
            box.step(Duration.ofMinutes(11));
            watch.look(false, 0);

            assertThat(alarms.retained()).singleElement().satisfies(view -> {
                assertThat(view.last().rule()).isEqualTo("gateway/clock-unsynchronised");
                assertThat(view.last().message().ja()).contains("時刻が合っていません");
            });
            log.commit(new Commit(List.of(), List.of()));
            assertThat(reader.newest(List.of(Entry.ClockFix.class), 9)).as("found, lost").hasSize(2);
        }
    }

    private static long minuteOf(Instant time) {
        return Math.floorDiv(Nanos.of(time), 60_000 * MILLI) * 60_000 * MILLI;
    }

    private Log open(java.time.Clock clock) throws Exception {
        return Log.open(new LogSettings(folder, 1L << 28, Durability.NORMAL), System::nanoTime, clock);
    }

    private static void take(Log log, String boot, SteppedClock ticker, SteadyClock clock, long value)
            throws InterruptedException {
        long now = Nanos.of(clock.instant());
        Readings readings = new Readings.Builder(1).add(log.allSeries().iterator().next().id(), now, now,
                new Value.Int64(value), Grade.GOOD, 0, TimeOrigin.ARRIVAL).build();
        log.commit(new Commit(List.of(new Entry.Batch(readings, new ClockStamp(
                boot, ticker.nanos(), now, SteadyClock.trustOf(clock)))),
                List.of(new Change.SeriesCount(readings.series(0), 1, 1, 0))));
    }

    private static List<String[]> rows(Log log, Instant from, Instant to) throws Exception {
        Pull pull = new Pull(Set.of(), from, to, 0, Pull.ALL);
        try (InputStream csv = new GZIPInputStream(new Dataset(log, Map.of()).pull(pull).rows())) {
            String text = new String(csv.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).map(line -> line.split(",", -1)).toList();
        }
    }
}
