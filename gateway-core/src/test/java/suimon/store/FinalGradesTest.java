package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.GradeConfig;
import suimon.config.GradeConfig.AttenuatedSignal;
import suimon.config.GradeConfig.FlatLine;
import suimon.config.GradeConfig.GrossRange;
import suimon.config.GradeConfig.Movement;
import suimon.config.GradeConfig.RateOfChange;
import suimon.config.GradeConfig.Spike;
import suimon.config.GradeConfig.SpikeMethod;
import suimon.config.GradeConfig.TimeGap;
import suimon.config.SeriesConfig;
import suimon.pipeline.SealedGrades;
import suimon.quality.Companions;
import suimon.quality.GradePlan;
import suimon.quality.SeriesGrader;
import suimon.quality.StretchGrader;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Unit;
import suimon.reading.Value;
import suimon.reading.Words;

/** The grades of what is sealed are those that the tests give to the whole history at once. */
class FinalGradesTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final long START = 1_760_000_000_000_000_000L;
    private static final GradeConfig MANY = new GradeConfig(new GrossRange(-5, 25, 0.0, 20.0), List.of(),
            new Spike(1.0, 4.0, SpikeMethod.AVERAGE), new RateOfChange(0.02, 0.08),
            new FlatLine(0.3, Duration.ofMinutes(4), Duration.ofMinutes(9)),
            new AttenuatedSignal(0.3, 0.05, Duration.ofMinutes(12), 5, Movement.DEVIATION),
            new TimeGap(Duration.ofMinutes(30), null), null, null);
    private static final GradeConfig SPIKE_ALONE = new GradeConfig(null, List.of(),
            new Spike(1.0, 4.0, SpikeMethod.DIFFERENTIAL), null, null, null, null, null, null);
    private static final GradeConfig PAIR = new GradeConfig(null, List.of(), null, null, null, null, null, null, null,
            null, null, new GradeConfig.Multivariate("many", 0.01, 0.001, Duration.ofMinutes(2)), null);
    private static final GradeConfig PROFILE = new GradeConfig(null, List.of(),
            new Spike(1.0, 4.0, SpikeMethod.AVERAGE), null, null, null, null, null, null,
            new GradeConfig.DensityInversion("pen", -0.5, -3.0, Duration.ofMinutes(1)), null, null, null);
    private static final Map<String, SeriesConfig> CONFIGS =
            new TreeMap<>(Map.of("many", config(MANY), "spike", config(SPIKE_ALONE), "pair", config(PAIR),
                    "shallow", config(PROFILE, 2), "deep", config(PROFILE, 5)));

    @TempDir
    Path folder;

    /** Each look at the clock is an hour later, so that rollups are written at once. */
    private final AtomicLong ticks = new AtomicLong();

    /** A value on its way: it may come late, or twice with another value. */
    private record Sent(String series, long measured, double value, int batch) {}

    @Test
    void sealedGradesAreThoseOfTheWholeHistory() throws Exception {
        for (long seed = 1; seed <= 2; seed++) {
            Path place = Files.createDirectory(folder.resolve("seed" + seed));
            Map<String, TreeMap<Long, Double>> truth = new HashMap<>();
            List<List<Sent>> batches = batches(new Random(seed), truth);
            int differing;
            try (Log log = open(place, SealingTest.NEVER)) {
                commit(log, batches.subList(0, 700), new Random(seed));
                differing = differences(log, truth, "seed=" + seed, false);
            }
            try (Log log = open(place, SealingTest.EAGER)) {
                commit(log, batches.subList(700, batches.size()), new Random(-seed));
                long last = fill(log);
                SealingTest.await(() -> log.stretches().stream()
                        .anyMatch(span -> span.isSealed() && span.last() >= last), log);

                assertThat(differing).as("seed=%d: grades on arrival that are not final", seed).isPositive();
                assertThat(differences(log, truth, "seed=" + seed, true)).isZero();
            }
            assertThat(Ledger.read(place).differences()).as("seed=" + seed).isEmpty();
        }
    }

    /** Steps can be judged once the data of the series that should share them is there. */
    @Test
    void sealedReadingsAreGradedAgainWhenAnotherSeriesDataComesLate() throws Exception {
        Path place = Files.createDirectory(folder.resolve("late"));
        try (Log log = open(place, SealingTest.EAGER)) {
            Map<String, TreeMap<Long, Double>> truth = new HashMap<>();
            commitSteps(log, "many", truth, 0, 20, 1);
            commitSteps(log, "pair", truth, 0, 60, 10);
            await(log, fill(log));
            List<Integer> before = flags(log, "pair");
            commitSteps(log, "many", truth, 20, 40, 10);
            commitSteps(log, "many", truth, 40, 60, 0);
            await(log, fill(log));

            List<Integer> after = flags(log, "pair");
            assertThat(before.subList(25, 60)).as("nothing known of the other").containsOnly(2);
            assertThat(after.subList(25, 40)).as("it made the same steps").containsOnly(1);
            assertThat(after.subList(45, 60)).as("it did not").contains(1, 3).doesNotContain(2);
            assertThat(differences(log, truth, "late", true)).isZero();
        }
    }

    /** A step each minute, every third one as high as said. */
    private static void commitSteps(Log log, String name, Map<String, TreeMap<Long, Double>> truth, int from, int to,
            double height) throws Exception {
        int id = log.define(name, Words.same(name), "", MINUTE).id();
        for (int row = from; row < to; row++) {
            Readings.Builder rows = new Readings.Builder(1);
            double value = 10 + row % 3 / 2 * height;
            truth.computeIfAbsent(name, any -> new TreeMap<>()).put(START + row * MINUTE, value);
            rows.add(id, START + row * MINUTE, START, new Value.Float64(value), Grade.NOT_EVALUATED, 0,
                    TimeOrigin.SOURCE);
            submit(log, rows.build(), List.of(), "boot");
        }
        log.commit(new Commit(List.of(), List.of()));
    }

    private static void await(Log log, long last) throws Exception {
        SealingTest.await(() -> log.stretches().stream().anyMatch(span -> span.isSealed() && span.last() >= last), log);
    }

    private static List<Integer> flags(Log log, String name) throws Exception {
        List<Integer> flags = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            int id = log.define(name, Words.same(name), "", MINUTE).id();
            Readings rows = reader.readings(id, Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20);
            for (int row = 0; row < rows.size(); row++) {
                flags.add(rows.grade(row).flag());
            }
        }
        return flags;
    }

    /** Compares what the log gives with the tests over everything; how many grades differ. */
    private static int differences(
            Log log, Map<String, TreeMap<Long, Double>> truth, String where, boolean isWhole) throws Exception {
        int differing = 0;
        try (LogReader reader = log.reader()) {
            for (Map.Entry<String, TreeMap<Long, Double>> series : truth.entrySet()) {
                Series known = log.define(series.getKey(), Words.same(series.getKey()), "", MINUTE);
                Readings rows = reader.readings(known.id(), Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20);
                StretchGrader.Grades grades = wholeGrades(series.getKey(), rows, log, reader);
                if (isWhole) {
                    assertThat(rows.size()).as(where).isEqualTo(series.getValue().size());
                }
                for (int row = 0; row < rows.size(); row++) {
                    boolean isSame = rows.grade(row) == grades.of(row);
                    differing += isSame ? 0 : 1;
                    if (isWhole) {
                        assertThat(rows.grade(row)).as("%s %s row %d of %d at %d, %s", where, series.getKey(), row,
                                rows.size(), rows.measured(row), QualityTest.names(grades.tests(row)))
                                .isEqualTo(grades.of(row));
                        assertThat(QualityTest.names(rows.tests(row))).as("%s %s row %d", where, series.getKey(), row)
                                .isEqualTo(QualityTest.names(grades.tests(row)));
                    }
                }
            }
        }
        return differing;
    }

    private static StretchGrader.Grades wholeGrades(String series, Readings rows, Log log, LogReader reader)
            throws Exception {
        double[] values = new double[rows.size()];
        long[] measured = new long[rows.size()];
        Grade[] status = new Grade[rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            values[row] = rows.asDouble(row);
            measured[row] = rows.measured(row);
            status[row] = Grade.NOT_EVALUATED;
        }
        Companions companions = Companions.of(series, CONFIGS);
        double[][] others = new double[companions.all().size()][];
        for (int index = 0; index < others.length; index++) {
            Companions.Companion companion = companions.all().get(index);
            int id = log.define(companion.series(), Words.same(companion.series()), "", MINUTE).id();
            Readings other = reader.readings(id, Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20);
            double[] known = new double[other.size()];
            long[] times = new long[other.size()];
            for (int row = 0; row < known.length; row++) {
                known[row] = other.asDouble(row);
                times[row] = other.measured(row);
            }
            others[index] = Companions.nearest(measured, times, known, companion.withinNanos());
        }
        return new StretchGrader(GradePlan.of(CONFIGS.get(series)), companions)
                .grade(values, measured, measured, status, others);
    }

    private static List<List<Sent>> batches(Random random, Map<String, TreeMap<Long, Double>> truth) {
        List<Sent> all = new ArrayList<>();
        for (String series : CONFIGS.keySet()) {
            double value = 10;
            long at = START;
            TreeMap<Long, Double> known = truth.computeIfAbsent(series, name -> new TreeMap<>());
            for (int row = 0; row < 2800; row++) {
                at += random.nextInt(60) == 0 ? random.nextLong(1, 90) * MINUTE : MINUTE;
                value += random.nextInt(150) < 60 ? 0 : random.nextGaussian() * (random.nextInt(20) == 0 ? 6 : 0.2);
                double sent = random.nextInt(40) == 0 ? Double.NaN : Math.round(value * 100) / 100.0;
                int late = random.nextInt(25) == 0 ? random.nextInt(600) : 0;
                int batch = Math.min(row / 2 + late, 1399);
                all.add(new Sent(series, at, sent, batch));
                known.put(at, sent);
                if (random.nextInt(80) == 0) {
                    all.add(new Sent(series, at, sent + 3, Math.min(batch + 1 + random.nextInt(50), 1400)));
                    known.put(at, sent + 3);
                }
            }
        }
        all.sort(Comparator.comparingInt(Sent::batch));
        List<List<Sent>> batches = new ArrayList<>();
        for (int batch = 0; batch <= 1400; batch++) {
            batches.add(new ArrayList<>());
        }
        all.forEach(sent -> batches.get(sent.batch()).add(sent));
        return batches;
    }

    /** As the ingest does, with new graders now and then as after a restart. */
    private static void commit(Log log, List<List<Sent>> batches, Random random) throws Exception {
        Map<String, SeriesGrader> graders = new HashMap<>();
        Map<String, Integer> ids = new HashMap<>();
        CONFIGS.keySet().forEach(name -> ids.put(name, log.define(name, Words.same(name), "", MINUTE).id()));
        int boot = 0;
        for (List<Sent> batch : batches) {
            if (random.nextInt(200) == 0) {
                graders.clear();
                boot++;
            }
            CONFIGS.forEach((name, config) -> graders.computeIfAbsent(name, any -> new SeriesGrader(GradePlan.of(config))));
            Readings.Builder rows = new Readings.Builder(batch.size());
            List<Entry> entries = new ArrayList<>();
            for (Sent sent : batch) {
                SeriesGrader grader = Objects.requireNonNull(graders.get(sent.series()));
                int id = ids.getOrDefault(sent.series(), 0);
                Grade grade = grader.grade(sent.value(), sent.measured(), sent.measured(), Grade.NOT_EVALUATED);
                rows.add(id, sent.measured(), sent.measured(), new Value.Float64(sent.value()), grade, 0,
                        TimeOrigin.SOURCE).because(grader.tests());
                if (grader.regradesPrevious() && !grader.previousGrade().isUsable()) {
                    entries.add(new Entry.Regrade(id, grader.previousMeasured(), grader.previousGrade(),
                            QualityTest.names(grader.previousTests())));
                }
            }
            submit(log, rows.build(), entries, "boot-" + boot);
        }
        log.commit(new Commit(List.of(), List.of()));
    }

    private static void submit(Log log, Readings rows, List<Entry> regrades, String boot) throws Exception {
        List<Entry> entries = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        Readings sorted = rows.sortedBySeries();
        if (sorted.size() > 0) {
            entries.add(new Entry.Batch(sorted, new ClockStamp(boot, 1, START, ClockStamp.Trust.UNKNOWN)));
        }
        entries.addAll(regrades);
        for (int row = 0; row < sorted.size(); row++) {
            changes.add(new Change.SeriesCount(sorted.series(row), 1, 1, 0));
        }
        log.submit(new Commit(entries, changes));
    }

    /** Readings of another series until the stretch with the last one of ours is closed. */
    private static long fill(Log log) throws Exception {
        long last = log.newest();
        int id = log.define("filler", Words.same("filler"), "", MINUTE).id();
        for (int batch = 0; batch <= OpenSpan.BATCHES_MAX; batch++) {
            Readings.Builder rows = new Readings.Builder(1);
            rows.add(id, START + batch * MINUTE, START, new Value.Int64(batch), Grade.GOOD, 0, TimeOrigin.SOURCE);
            submit(log, rows.build(), List.of(), "filler");
        }
        log.commit(new Commit(List.of(), List.of()));
        return last;
    }

    private static SeriesConfig config(GradeConfig grade, double depth) {
        return new SeriesConfig(null, new Unit(""), Duration.ofMinutes(1), null, null, depth, grade, true);
    }

    private static SeriesConfig config(GradeConfig grade) {
        return new SeriesConfig(null, new Unit(""), Duration.ofMinutes(1), null, null, null, grade, true);
    }

    private Log open(Path place, LogSettings.Sealing sealing) throws StoreFailed {
        LogSettings settings = new LogSettings(place, 1L << 30, Durability.NORMAL)
                .with(sealing).with(new SealedGrades(CONFIGS));
        return Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L), Clock.systemUTC());
    }
}
