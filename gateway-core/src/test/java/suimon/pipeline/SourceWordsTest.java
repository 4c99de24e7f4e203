package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.GradeConfig.GrossRange;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Grade;
import suimon.reading.Words;
import suimon.store.Log;
import suimon.store.LogSettings;

/** What a source says beside its values: units and limits of series, and alarms of its own. */
class SourceWordsTest {
    private static final Instant AT = Instant.parse("2026-07-01T00:00:00Z");

    @TempDir
    Path folder;

    private Log log() throws Exception {
        return Log.open(new LogSettings(folder, 16_000_000, Durability.NORMAL), System::nanoTime);
    }

    @Test
    void theUnitOfASourceStaysAndAnotherIsRefused() throws Exception {
        try (Log log = log()) {
            SeriesDesk desk = new SeriesDesk(log, Map.of());
            assertThat(desk.describe("main/pressure", new Description("bar", null))).isEmpty();
            assertThat(desk.describe("main/pressure", new Description("bar", null))).isEmpty();
            assertThat(desk.define("main/pressure").unit()).isEqualTo("bar");
        }
        try (Log log = log()) {
            SeriesDesk desk = new SeriesDesk(log, Map.of());
            assertThat(desk.define("main/pressure").unit()).isEqualTo("bar");
            assertThat(desk.describe("main/pressure", new Description("kPa", null)))
                    .contains("kPa at the source and bar here");
            assertThat(desk.define("main/pressure").unit()).isEqualTo("bar");
        }
    }

    @Test
    void aStoredUnitThatIsNoneAnyMoreIsAnAnswerAndNoException() throws Exception {
        try (Log log = log()) {
            log.define("pond/old", Words.same("pond/old"), "furlong per fortnight", 0);
            SeriesDesk desk = new SeriesDesk(log, Map.of());

            assertThat(desk.describe("pond/old", new Description("bar", null)))
                    .contains("bar at the source and furlong per fortnight here");
            assertThat(desk.describe("pond/old", new Description("furlong per fortnight", null))).isEmpty();
            assertThat(desk.describe("pond/old", new Description("", null))).isEmpty();
        }
    }

    @Test
    void aSeriesTooManyIsRefusedWithAReasonBeforeItsFirstValue() throws Exception {
        try (Log log = log()) {
            SeriesDesk desk = new SeriesDesk(log, Map.of(), new CalibrationDesk(Map.of()), 1);

            assertThat(desk.describe("a", new Description("bar", null))).isEmpty();
            assertThat(desk.describe("b", new Description("bar", null))).contains("'b' would be one more than the 1");
            assertThat(desk.describe("a", new Description("bar", null))).isEmpty();
        }
    }

    @Test
    void theRangesOfASourceGradeItsValues() throws Exception {
        try (Log log = log()) {
            SeriesDesk desk = new SeriesDesk(log, Map.of());
            desk.describe("main/pressure", new Description("bar", new GrossRange(0, 10, 1.0, 6.0)));

            assertThat(List.of(-1.0, 0.5, 3.0, 7.0, 11.0)).extracting(value ->
                    Objects.requireNonNull(desk.find("main/pressure")).grader.grade(value, 0, 0, Grade.ofStatus(0)))
                    .containsExactly(Grade.FAIL, Grade.SUSPECT, Grade.GOOD, Grade.SUSPECT, Grade.FAIL);
        }
    }

    @Test
    void anAlarmOfASourceStandsUntilItIsOverAndSeenThereIsSeenHere() {
        Alarms alarms = new Alarms(
                List.of(), name -> {
                    throw new AssertionError("no rule asks for " + name);
                }, Map.of(), Duration.ofMinutes(10), System::nanoTime);
        synchronized (alarms) {
            alarms.report(told(true, false));
            alarms.report(told(true, false));
            assertThat(alarms.retained()).singleElement().satisfies(view -> {
                assertThat(view.last().rule()).isEqualTo("gateway/plc/tank-7");
                assertThat(view.last().state().active()).isTrue();
                assertThat(view.last().state().acknowledged()).isFalse();
                assertThat(view.last().message().ja()).isEqualTo("水位が高い");
            });
            alarms.report(told(true, true));
            assertThat(alarms.retained()).singleElement().satisfies(view ->
                    assertThat(view.last().state().acknowledged()).isTrue());
            alarms.report(told(false, true));
            assertThat(alarms.retained()).isEmpty();
            assertThat(alarms.drain().entries()).extracting(entry ->
                    ((suimon.reading.Entry.Alarm) entry).event().kind()).containsExactly(
                    AlarmEvent.Kind.ACTIVATED, AlarmEvent.Kind.ACKNOWLEDGED, AlarmEvent.Kind.CLEARED);
        }
    }

    private static Delivery.Alarm told(boolean isActive, boolean isSeen) {
        return new Delivery.Alarm("plc", "tank-7", Severity.ALERT, isActive, isSeen, AT,
                new Words("水位が高い", "Level is high"), new Words("弁を見る", "See the valve"), Receipt.NONE);
    }
}
