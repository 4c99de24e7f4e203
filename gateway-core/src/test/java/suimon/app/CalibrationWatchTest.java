package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.SeriesConfig;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.Entry;
import suimon.reading.Unit;
import suimon.reading.Words;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;

class CalibrationWatchTest {
    private static final Instant NOON = Instant.parse("2026-07-01T03:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aPersonIsRemindedInBothLanguagesUntilTheSensorIsCalibrated() throws Exception {
        Map<String, SeriesConfig> configs = Map.of("pen1/do", new SeriesConfig(
                new Words("溶存酸素", "Dissolved oxygen"), new Unit("mg/L"), null, null, null, null, null,
                Duration.ofDays(30), null, null, null, true));
        try (Log log = Log.open(new LogSettings(folder, 1L << 30, Durability.NORMAL), System::nanoTime);
                LogReader reader = log.reader()) {
            int series = log.define("pen1/do", Words.same("pen1/do"), "mg/L", 0).id();
            Alarms alarms = new Alarms(List.of(), name -> log.series(series), Map.of(), Duration.ofMinutes(10),
                    System::nanoTime);
            log.commit(new Commit(List.of(new Entry.Calibration(series, NOON, Calibration.NONE, "hamada", "",
                    new CalibrationSheet(CalibrationSheet.Method.COEFFICIENTS, NOON, "mg/L", List.of()))), List.of()));

            assertThat(after(Duration.ofDays(29), configs, log, alarms, reader)).isEmpty();
            assertThat(after(Duration.ofDays(31), configs, log, alarms, reader))
                    .containsExactly("ACTIVATED 溶存酸素の校正時期です / Dissolved oxygen is due for calibration");
            assertThat(after(Duration.ofDays(46), configs, log, alarms, reader)).last().asString()
                    .startsWith("ACTIVATED 溶存酸素の校正期限を大きく過ぎています");
            log.commit(new Commit(List.of(new Entry.Calibration(series, NOON.plus(Duration.ofDays(46)),
                    Calibration.NONE, "hamada", "", new CalibrationSheet(CalibrationSheet.Method.COEFFICIENTS, NOON,
                            "mg/L", List.of()))), List.of()));
            assertThat(after(Duration.ofDays(47), configs, log, alarms, reader)).last().asString()
                    .startsWith("CLEARED ");
        }
    }

    /** The alarm events there are by then, the oldest first. */
    private static List<String> after(
            Duration time, Map<String, SeriesConfig> configs, Log log, Alarms alarms, LogReader reader) throws Exception {
        new CalibrationWatch(configs, log, alarms, Clock.fixed(NOON.plus(time), ZoneOffset.UTC)).look();
        log.commit(new Commit(List.of(), List.of()));
        return reader.newest(List.of(Entry.Alarm.class), 9).reversed().stream()
                .map(each -> each.entry() instanceof Entry.Alarm alarm ? words(alarm.event()) : "").toList();
    }

    private static String words(AlarmEvent event) {
        return event.kind() + " " + event.message().ja() + " / " + event.message().en();
    }
}
