package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.DecodeConfig;
import suimon.config.DerivedConfig;
import suimon.config.Formula;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Unit;
import suimon.store.Books;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Repeats;

/** Units and formulas on the way of a reading, through the real ingest and log. */
class DerivedSeriesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOON = 1_790_000_000L * SECOND;

    @TempDir
    Path folder;

    private final BatchInbox inbox = new BatchInbox();

    @Test
    void aResultGoesWithTheReadingsThatAreNearestInTimeAndIsAsGoodAsTheWorst() throws Exception {
        try (Log log = open()) {
            // The first waits until temperature and salinity are there; 68 degF are 20 Cel.
            run(log, "do 0 9.09", "t 10 68", "s 20 0", "do 30 4.545", "t 70 86", "do 75 9.09", "do 7000 9.09",
                    "do 30 4.545");

            assertThat(rows(log, "sat")).containsExactly("0 99.98 grade=1", "30 49.99 grade=1", "75 120.26 grade=3");
            assertThat(rows(log, "t")).containsExactly("10 68 grade=1", "70 86 grade=3");
            assertThat(log.books().series().get(series(log, "sat")))
                    .isEqualTo(new Books.SeriesBook(3, 3, 0, 0, 0));
        }
    }

    @Test
    void aReadingRegradedLaterTakesItsResultWithIt() throws Exception {
        try (Log log = open()) {
            run(log, "t 0 68", "s 0 0", "do 0 9", "do 60 15", "do 120 9");

            int sat = series(log, "sat");
            try (LogReader reader = log.reader()) {
                assertThat(reader.newest(List.of(Entry.Regrade.class), 10))
                        .extracting(each -> (Entry.Regrade) each.entry())
                        .filteredOn(each -> each.series() == sat)
                        .containsExactly(new Entry.Regrade(sat, NOON + 60 * SECOND, suimon.reading.Grade.SUSPECT, "spike"));
            }
        }
    }

    @Test
    void aReadingIsGradedByOthersWhenTheyAreThereToo() throws Exception {
        try (Log log = open()) {
            // The lower water is lighter at 60, where both come later than the reading and one after the other.
            run(log, "top 0 1024", "low 0 1025", "low 60 1023", "top 61 1024", "lon 70 139.7", "lat 70 35",
                    "lon 80 139.7", "lat 80 40", "top 120 1024", "low 121 1025");

            assertThat(rows(log, "low")).containsExactly("0 1025 grade=2", "60 1023 grade=4", "121 1025 grade=2");
            assertThat(rows(log, "top")).containsExactly("0 1024 grade=2", "61 1024 grade=4", "120 1024 grade=2");
            assertThat(rows(log, "lat")).containsExactly("70 35 grade=2", "80 40 grade=4");
            try (LogReader reader = log.reader()) {
                assertThat(reader.newest(List.of(Entry.Regrade.class), 10))
                        .extracting(each -> ((Entry.Regrade) each.entry()).test())
                        .containsExactlyInAnyOrder("density_inversion", "density_inversion", "location");
            }
        }
    }

    @Test
    void aSensorThatDriftsIsSuspectWithAnAlarmAlsoAfterARestart() throws Exception {
        List<String> days = new ArrayList<>();
        for (int hour = 0; hour < 24 * 14; hour++) {
            days.add("near %d 20".formatted(hour * 3600));
            days.add("drifts %d %.2f".formatted(hour * 3600, 20 + hour / 24.0));
        }
        try (Log log = open()) {
            run(log, days.toArray(String[]::new));
        }
        try (Log log = open()) {
            run(log, "near 1209600 20", "drifts 1209600 34");

            int series = series(log, "drifts");
            try (LogReader reader = log.reader()) {
                Readings found = reader.readings(series, Long.MIN_VALUE, Long.MAX_VALUE, 1000);
                assertThat(found.grade(0).flag()).isEqualTo(2);
                assertThat(found.grade(found.size() - 1)).isEqualTo(suimon.reading.Grade.SUSPECT);
                assertThat(suimon.reading.QualityTest.names(found.tests(found.size() - 1))).isEqualTo("drift");
                assertThat(reader.newest(List.of(Entry.Alarm.class), 5))
                        .anySatisfy(each -> assertThat(((Entry.Alarm) each.entry()).event().message().ja())
                                .contains("少しずつ離れています"));
            }
        }
    }

    @Test
    void aSenderThatChangesItsUnitIsRefusedWithAnAlarmAlsoAfterARestart() throws Exception {
        try (Log log = open()) {
            run(log, "senml [{\"n\":\"x\",\"u\":\"Cel\",\"v\":20}]", "senml [{\"n\":\"t\",\"u\":\"Cel\",\"v\":20}]");
            assertThat(log.books().sources().get("listener")).isEqualTo(new Books.SourceBook(2, 1, 1, 0));
        }
        try (Log log = open()) {
            run(log, "senml [{\"n\":\"x\",\"u\":\"K\",\"v\":293}]", "senml [{\"n\":\"x\",\"u\":\"Cel\",\"v\":21}]");

            assertThat(log.books().sources().get("listener")).isEqualTo(new Books.SourceBook(4, 2, 2, 0));
            try (LogReader reader = log.reader()) {
                assertThat(reader.newest(List.of(Entry.Alarm.class), 5)).isNotEmpty().allSatisfy(each -> {
                    assertThat(((Entry.Alarm) each.entry()).event().message().ja()).contains("単位を変えました");
                    assertThat(((Entry.Alarm) each.entry()).event().message().en()).contains("changed a unit");
                });
                assertThat(reader.newest(List.of(Entry.Reject.class), 5))
                        .anySatisfy(each -> assertThat(((Entry.Reject) each.entry()).reason())
                                .contains("unit 'K' of series 'x', which comes in 'Cel'"))
                        .anySatisfy(each -> assertThat(((Entry.Reject) each.entry()).reason())
                                .contains("unit 'Cel' of series 't', which comes in '[degF]'"));
            }
        }
    }

    private static Map<String, SeriesConfig> configs() {
        GradeConfig warm = new GradeConfig(new GradeConfig.GrossRange(-20, 120, -5.0, 25.0), List.of(),
                null, null, null, null, null, null, null);
        GradeConfig oxygen = new GradeConfig(new GradeConfig.GrossRange(0, 25, null, null), List.of(),
                new GradeConfig.Spike(5.0, null, GradeConfig.SpikeMethod.AVERAGE), null, null, null, null, null, null);
        GradeConfig any = new GradeConfig(new GradeConfig.GrossRange(0, 1000, null, null), List.of(),
                null, null, null, null, null, null, null);
        DerivedConfig derived = new DerivedConfig(Formula.OXYGEN_SATURATION,
                Map.of("oxygen", "do", "temperature", "t", "salinity", "s"), Map.of(), Duration.ofMinutes(15));
        Map<String, SeriesConfig> configs = new LinkedHashMap<>();
        configs.put("do", config("mg/L", null, null, oxygen));
        configs.put("t", config("Cel", "[degF]", null, warm));
        configs.put("s", config("1", null, null, any));
        configs.put("sat", config("%", null, derived, any));
        configs.put("near", config("Cel", null, null, GradeConfig.NONE));
        configs.put("drifts", config("Cel", null, null, new GradeConfig(null, List.of(), null, null, null, null, null,
                null, null, null, null, null, new GradeConfig.Drift(
                        List.of("near"), 2, Duration.ofDays(10), Duration.ofMinutes(30)))));
        configs.put("top", density(1));
        configs.put("low", density(5));
        GradeConfig bay = new GradeConfig(null, List.of(), null, null, null, null, null, null, null, null,
                new GradeConfig.Location("lon", "lat", new GradeConfig.Box(139, 34, 140, 36), null, null, null,
                        Duration.ofSeconds(10)), null, null);
        configs.put("lon", config("deg", null, null, GradeConfig.NONE));
        configs.put("lat", config("deg", null, null, bay));
        return configs;
    }

    private static SeriesConfig density(double depth) {
        GradeConfig grade = new GradeConfig(null, List.of(), null, null, null, null, null, null, null,
                new GradeConfig.DensityInversion("pen", -0.1, -0.5, Duration.ofSeconds(10)), null, null, null);
        return new SeriesConfig(null, new Unit("kg/m3"), null, null, null, depth, grade, true);
    }

    private static SeriesConfig config(
            String unit, @Nullable String raw, @Nullable DerivedConfig derived, GradeConfig grade) {
        return new SeriesConfig(null, new Unit(unit), raw == null ? null : new Unit(raw), null, null, null, null,
                derived, null, grade, true);
    }

    private void run(Log log, String... messages) throws Exception {
        Map<String, SeriesConfig> configs = configs();
        SeriesDesk desk = new SeriesDesk(log, configs);
        Alarms alarms = new Alarms(List.of(), desk::define, Map.of(), Duration.ofDays(9999), System::nanoTime);
        Decoder decoder = Decoder.of(List.of(
                DecodeConfig.of("senml", DecodeConfig.Format.SENML, "{$.n}", null),
                new DecodeConfig("{s}", DecodeConfig.Format.CSV, "{s}", "2", Map.of(), null, "1",
                        DecodeConfig.TimeFormat.SECONDS, null, DecodeConfig.Expect.NUMBER, " ")),
                new UnitBook(configs, log.kept(UnitBook.OWNER)));
        try (Repeats repeats = Repeats.open(log)) {
            Ingest ingest = new Ingest(new Ingest.Parts(log, inbox, Map.of("listener", decoder), desk, alarms,
                    repeats, DuplicateMessages.open(log),
                    new CommitPace(Duration.ZERO, new FlashBudget(Long.MAX_VALUE, () -> 0, Clock.systemUTC(), null)),
                    Clock.systemUTC(), System::nanoTime, "boot", new Preview(), null));
            for (String message : messages) {
                String[] parts = message.split(" ", 2);
                String payload = parts[0].equals("senml") ? parts[1]
                        : NOON / SECOND + Long.parseLong(parts[1].split(" ")[0]) + " " + parts[1].split(" ")[1];
                inbox.put(new Delivery.Message("listener", parts[0], payload.getBytes(StandardCharsets.UTF_8), NOON,
                        Receipt.NONE));
            }
            ingest.stop();
            ingest.run();
            log.commit(new suimon.store.Commit(List.of(), List.of()));
        }
    }

    private static int series(Log log, String name) {
        return log.allSeries().stream().filter(each -> each.name().equals(name)).map(Series::id).findFirst().orElseThrow();
    }

    private static List<String> rows(Log log, String name) throws Exception {
        List<String> rows = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            Readings found = reader.readings(series(log, name), Long.MIN_VALUE, Long.MAX_VALUE, 100);
            for (int row = 0; row < found.size(); row++) {
                rows.add((found.measured(row) - NOON) / SECOND + " " + found.value(row).asText() + " grade="
                        + found.grade(row).flag());
            }
        }
        return rows;
    }

    private Log open() throws Exception {
        return Log.open(new LogSettings(folder, 64_000_000, Durability.NORMAL), System::nanoTime);
    }
}
