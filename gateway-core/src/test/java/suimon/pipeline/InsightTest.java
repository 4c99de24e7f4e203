package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.pipeline.TestModel.HOUR;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.AlarmConfig;
import suimon.config.DataConfig.Durability;
import suimon.config.ModelConfig;
import suimon.reading.AlarmEvent;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;
import suimon.store.UndatedSpells;

class InsightTest {
    private static final Words WORDS = new Words("確かめる", "Check");

    @TempDir
    Path folder;

    private final TestModel model = new TestModel(TestModel.fourHours());
    private long now = 1000 * HOUR;

    @Test
    void outputsAreReadingsAtTheirValidTimeBesideAnInference() throws Exception {
        try (Log log = open()) {
            hours(log, 990, 995, 6);

            insight(log).runUntilIdle();

            Entry.Inference last = inferences(log).getLast();
            assertThat(last.issuedAt()).isEqualTo(at(994));
            assertThat(last.packageVersion()).isEqualTo("test 1.0.0");
            assertThat(last.inputHash()).matches("[0-9a-f]{64}");
            assertThat(last.outputs()).containsExactly(
                    new Entry.Output("pen1/forecast/ahead", at(1000), 6),
                    new Entry.Output("pen1/forecast/sum", at(994), 24));
            assertThat(readings(log, "pen1/forecast/ahead")).containsExactly("999:6.0", "1000:6.0");
            assertThat(log.books().series()).allSatisfy((id, book) ->
                    assertThat(book.decoded()).isEqualTo(book.stored() + book.repeated()));
        }
    }

    @Test
    void allDueWindowsOfOneModelRunTogether() throws Exception {
        try (Log log = open()) {
            hours(log, 900, 960, 6);

            insight(log).runUntilIdle();

            assertThat(model.batches).containsExactly(57);
        }
    }

    @Test
    void afterARestartNothingIsMadeTwiceAndTheNextWindowIsWhole() throws Exception {
        try (Log log = open()) {
            hours(log, 980, 990, 6);
            insight(log).runUntilIdle();
        }

        int before;
        try (Log log = open()) {
            insight(log).runUntilIdle();
            before = inferences(log).size();
            hours(log, 990, 991, 9);
            insight(log).runUntilIdle();

            assertThat(before).isEqualTo(7);
            assertThat(inferences(log)).hasSize(8).last()
                    .satisfies(one -> assertThat(one.issuedAt()).isEqualTo(at(990)))
                    .satisfies(one -> assertThat(one.outputs().getLast().value()).isEqualTo(24));
        }
    }

    @Test
    void aLateReadingRunsTheNewestWindowAgainAndNoOlderOne() throws Exception {
        try (Log log = open()) {
            hours(log, 990, 995, 6);
            Insight insight = insight(log);
            insight.runUntilIdle();
            int before = inferences(log).size();

            read(log, 993 * HOUR + 1, 8);
            insight.runUntilIdle();
            read(log, 993 * HOUR + 1, 8);
            insight.runUntilIdle();

            assertThat(inferences(log)).hasSize(before + 1).last()
                    .satisfies(one -> assertThat(one.issuedAt()).isEqualTo(at(994)))
                    .satisfies(one -> assertThat(one.outputs().getFirst().value()).isEqualTo(7));
        }
    }

    @Test
    void whatWasRecordedBeforeTheTimeWasKnownIsInTheWindowsOfItsRightTime() throws Exception {
        try (Log log = open()) {
            hours(log, 980, 990, 6);
            Insight insight = insight(log);
            insight.runUntilIdle();
            int series = series(log, "pen1/do").id();
            ClockStamp first = new ClockStamp("boot-2", 0, 990 * HOUR, ClockStamp.Trust.UNKNOWN);
            log.commit(new Commit(List.of(), UndatedSpells.begun(log, List.of(first))));
            for (int hour = 0; hour < 4; hour++) {
                long stored = (990 + hour) * HOUR + 1;
                Readings one = new Readings.Builder(1).add(series, stored, stored, new Value.Float64(8), Grade.GOOD, 0,
                        TimeOrigin.ARRIVAL).build();
                log.commit(new Commit(List.of(new Entry.Batch(one,
                                new ClockStamp("boot-2", hour * HOUR + 1, stored, ClockStamp.Trust.UNKNOWN))),
                        List.of(new Change.SeriesCount(series, 1, 1, 0))));
            }
            insight.runUntilIdle();

            log.commit(new Commit(List.of(new Entry.ClockFix("boot-2", 4 * HOUR, at(1094), 1)), List.of()));
            insight.runUntilIdle();
            now = 1095 * HOUR;
            read(log, 1094 * HOUR + 2, 8);
            insight.runUntilIdle();

            assertThat(inferences(log)).last()
                    .satisfies(one -> assertThat(one.issuedAt()).isEqualTo(at(1094)))
                    .satisfies(one -> assertThat(one.outputs().getLast().value()).isEqualTo(32));
        }
    }

    @Test
    void aResultBeyondItsLimitRaisesAnAlarmInTheSameCommit() throws Exception {
        now = 995 * HOUR;
        try (Log log = open()) {
            hours(log, 990, 996, 2);
            int before = entries(log).size();

            insight(log).runUntilIdle();

            List<Entry> made = new ArrayList<>(entries(log).subList(before, entries(log).size()));
            made.removeIf(Entry.SeriesDefined.class::isInstance);
            assertThat(alarms(log)).extracting(AlarmEvent::kind).containsExactly(AlarmEvent.Kind.ACTIVATED);
            assertThat(made).extracting(entry -> entry.getClass().getSimpleName())
                    .containsExactly("Batch", "Inference", "Inference", "Inference", "Alarm");
            assertThat(log.cursor(Insight.CURSOR).position())
                    .isBetween((long) before, log.newest() - made.size());
        }
    }

    @Test
    void aMonthOfBackfillRaisesNoAlarm() throws Exception {
        try (Log log = open()) {
            hours(log, 200, 920, 2);

            insight(log).runUntilIdle();

            assertThat(inferences(log)).hasSizeGreaterThan(700);
            assertThat(alarms(log)).isEmpty();
        }
    }

    @Test
    void aModelThatFailsIsStoppedWithAnAlarmAndTheCursorGoesOn() throws Exception {
        model.fails = true;
        try (Log log = open()) {
            hours(log, 990, 995, 6);
            Insight insight = insight(log);

            insight.runUntilIdle();

            assertThat(insight.status()).extracting(ModelStatus::state).containsExactly(ModelStatus.State.STOPPED);
            assertThat(insight.progress().healthy()).isFalse();
            assertThat(alarms(log)).extracting(AlarmEvent::rule).containsExactly("gateway/model/pen1");
            assertThat(inferences(log)).isEmpty();
        }
    }

    @Test
    void aModelWithoutHistorySaysWhatIsMissing() throws Exception {
        try (Log log = open()) {
            hours(log, 990, 992, 6);
            Insight insight = insight(log);

            insight.runUntilIdle();

            assertThat(insight.status()).extracting(ModelStatus::note)
                    .containsExactly("oxygen: 1 of 3 intervals of 60 min");
        }
    }

    private Log open() throws Exception {
        return Log.open(new LogSettings(folder, 64L << 20, Durability.FULL), System::nanoTime);
    }

    private Insight insight(Log log) {
        ModelConfig config =
                new ModelConfig("pen1", "test", null, Map.of("oxygen", "pen1/do"), "pen1/forecast");
        AlarmConfig rule = new AlarmConfig("low", "pen1/forecast/ahead", AlarmEvent.Severity.CAUTION, WORDS,
                WORDS, null, 3.0, null, null, 0, Duration.ZERO, Duration.ZERO, false);
        Alarms alarms = new Alarms(List.of(rule), name -> series(log, name), log.kept(Alarms.OWNER),
                Duration.ofMinutes(10), System::nanoTime);
        Insight.Surroundings surroundings = new Insight.Surroundings(name -> series(log, name),
                name -> LiveCalibration.none(), this::clock, Duration.ofMinutes(10), ZoneId.of("Asia/Tokyo"));
        return new Insight(log, List.of(new Insight.Placement(config, model)), alarms, surroundings);
    }

    private ClockStamp clock() {
        return new ClockStamp("boot", now, now, ClockStamp.Trust.SYNCHRONISED);
    }

    private static Series series(Log log, String name) {
        return log.allSeries().stream().filter(one -> one.name().equals(name)).findAny()
                .orElseGet(() -> log.define(name, Words.same(name), "mg/L", HOUR));
    }

    private void hours(Log log, int from, int to, double value) throws Exception {
        Readings.Builder batch = new Readings.Builder(16);
        int series = series(log, "pen1/do").id();
        for (int hour = from; hour < to; hour++) {
            batch.add(series, hour * HOUR, hour * HOUR, new Value.Float64(value), Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
        }
        store(log, series, batch);
    }

    private void read(Log log, long measured, double value) throws Exception {
        int series = series(log, "pen1/do").id();
        store(log, series, new Readings.Builder(1).add(series, measured, now, new Value.Float64(value),
                Grade.GOOD, 0, TimeOrigin.SOURCE));
    }

    private void store(Log log, int series, Readings.Builder batch) throws Exception {
        int size = batch.size();
        log.commit(new Commit(List.of(new Entry.Batch(batch.build(), clock())),
                List.of(new Change.SeriesCount(series, size, size, 0))));
    }

    private static List<Entry> entries(Log log) throws Exception {
        // A commit without entries waits for all that was submitted before it.
        log.commit(new Commit(List.of(), List.of()));
        try (LogReader reader = log.reader()) {
            return reader.after(0, 100_000, 64L << 20).stream().map(Sequenced::entry).toList();
        }
    }

    private static List<Entry.Inference> inferences(Log log) throws Exception {
        return entries(log).stream().filter(Entry.Inference.class::isInstance)
                .map(Entry.Inference.class::cast).toList();
    }

    private static List<AlarmEvent> alarms(Log log) throws Exception {
        return entries(log).stream().filter(Entry.Alarm.class::isInstance)
                .map(entry -> ((Entry.Alarm) entry).event()).toList();
    }

    private static List<String> readings(Log log, String name) throws Exception {
        int series = series(log, name).id();
        List<String> found = new ArrayList<>();
        for (Entry entry : entries(log)) {
            if (entry instanceof Entry.Batch batch) {
                for (int row = 0; row < batch.readings().size(); row++) {
                    if (batch.readings().series(row) == series) {
                        found.add(batch.readings().measured(row) / HOUR + ":" + batch.readings().asDouble(row));
                    }
                }
            }
        }
        return found;
    }

    private static Instant at(int hour) {
        return Instant.ofEpochSecond(hour * 3600L);
    }
}
