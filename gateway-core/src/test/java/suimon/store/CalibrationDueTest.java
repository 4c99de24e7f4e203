package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.SeriesConfig;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.CalibrationSheet.Method;
import suimon.reading.Entry;
import suimon.reading.Unit;
import suimon.reading.Words;
import suimon.store.CalibrationDue.State;

class CalibrationDueTest {
    private static final Instant NOON = Instant.parse("2026-07-01T03:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    private Path folder;

    @Test
    void aSeriesIsDueAfterItsTimeAndOverdueHalfAsLongAfterThat() {
        assertThat(stateOf(NOON.minus(Duration.ofDays(29)))).isEqualTo(State.FINE);
        assertThat(stateOf(NOON.minus(Duration.ofDays(30)))).isEqualTo(State.DUE);
        assertThat(stateOf(NOON.minus(Duration.ofDays(44)))).isEqualTo(State.DUE);
        assertThat(stateOf(NOON.minus(Duration.ofDays(45)))).isEqualTo(State.OVERDUE);
        assertThat(stateOf(null)).isEqualTo(State.NEVER);
    }

    @Test
    void onlyWhatAPersonCalibratedAndDidNotWithdrawCounts() throws Exception {
        SeriesConfig watched = new SeriesConfig(null, new Unit("mg/L"), null, null, null, null, null, MONTH, null,
                null, null, true);
        try (Log log = Log.open(new LogSettings(folder, 1L << 30, Durability.NORMAL), System::nanoTime);
                LogReader reader = log.reader()) {
            int series = log.define("pen1/do", Words.same("pen1/do"), "mg/L", 0).id();
            log.commit(new Commit(List.of(new Entry.Calibration(series, NOON, 1, 1, "configuration", "")), List.of()));
            assertThat(due(log, reader, watched).state()).isEqualTo(State.NEVER);

            log.commit(new Commit(List.of(by(series, Method.COEFFICIENTS)), List.of()));
            assertThat(due(log, reader, watched).dueAt()).isEqualTo(NOON.plus(MONTH));

            log.commit(new Commit(List.of(by(series, Method.WITHDRAWN)), List.of()));
            assertThat(due(log, reader, watched).state()).isEqualTo(State.NEVER);
        }
    }

    private static Entry.Calibration by(int series, Method method) {
        return new Entry.Calibration(series, NOON, Calibration.NONE, "hamada", "",
                new CalibrationSheet(method, NOON, "mg/L", List.of()));
    }

    private static CalibrationDue due(Log log, LogReader reader, SeriesConfig config) throws StoreFailed {
        return CalibrationDue.all(Map.of("pen1/do", config, "pen1/temp", plain()), CalibrationBook.read(reader),
                id -> log.series(id).name(), NOON).getFirst();
    }

    private static SeriesConfig plain() {
        return new SeriesConfig(null, new Unit("Cel"), null, null, null, null, null, true);
    }

    private static State stateOf(@Nullable Instant last) {
        return CalibrationDue.of("pen1/do", MONTH, last, NOON).state();
    }
}
