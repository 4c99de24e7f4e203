package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.GradeConfig.Climatology;
import suimon.config.GradeConfig.Movement;
import suimon.config.GradeConfig.Period;
import suimon.config.GradeConfig.SpikeMethod;

class GradeConfigTest {
    private static final String HEAD = """
            site: {id: pen-1, title: 生簀}
            data:
            web:
            series:
            """;

    @TempDir
    Path folder;

    @Test
    void everyTestIsRead() throws Exception {
        GradeConfig grade = read("""
              pen1/do:
                every: 15min
                depth: 2.5
                grade:
                  grossRange: {failLow: 0, failHigh: 25, suspectHigh: 18}
                  climatology:
                    - {period: day-of-year, from: 1, to: 366, suspectLow: 4, suspectHigh: 12}
                    - {period: week, from: 27, to: 39, suspectLow: 2, suspectHigh: 10, failHigh: 20, depthTo: 5}
                  spike: {suspect: 2}
                  rateOfChange: {perSecond: 0.01, failPerSecond: 0.1}
                  flatLine: {tolerance: 0.001, suspectAfter: 3h, failAfter: 6h}
                  attenuatedSignal: {suspect: 0.02, fail: 0.005, over: 1d, movement: range}
                  timeGap: {failAfter: 2h}
                  dataReception: {suspectAfter: 1h}
            """).grade();

        assertThat(grade).isNotNull();
        assertThat(grade.grossRange()).isEqualTo(new GradeConfig.GrossRange(0, 25, null, 18.0));
        assertThat(grade.climatology()).containsExactly(
                new Climatology(Period.DAY_OF_YEAR, 1, 366, 4, 12, null, null, null, null),
                new Climatology(Period.WEEK, 27, 39, 2, 10, null, 20.0, null, 5.0));
        assertThat(grade.spike()).isEqualTo(new GradeConfig.Spike(2.0, null, SpikeMethod.AVERAGE));
        assertThat(grade.rateOfChange()).isEqualTo(new GradeConfig.RateOfChange(0.01, 0.1));
        assertThat(grade.flatLine())
                .isEqualTo(new GradeConfig.FlatLine(0.001, Duration.ofHours(3), Duration.ofHours(6)));
        assertThat(grade.attenuatedSignal()).isEqualTo(
                new GradeConfig.AttenuatedSignal(0.02, 0.005, Duration.ofDays(1), 10, Movement.RANGE));
        assertThat(grade.timeGap()).isEqualTo(new GradeConfig.TimeGap(null, Duration.ofHours(2)));
        assertThat(grade.dataReception()).isEqualTo(new GradeConfig.DataReception(Duration.ofHours(1), null));
        assertThat(grade.impossibleDate()).as("left out, so not run").isNull();
    }

    @Test
    void testsOverSeveralSeriesAreRead() throws Exception {
        GradeConfig grade = read("""
              pen1/do:
                unit: kg/m3
                depth: 2
                grade:
                  densityInversion: {profile: pen1, suspect: -0.01, fail: -0.03, within: 5min}
                  location: {longitude: buoy/lon, latitude: buoy/lat, box: {west: 139, south: 34, east: 140, north: 36}, stepMax: 500, failSpeed: 3}
                  multivariate: {related: buoy/lon, perSecond: 0.1, relatedPerSecond: 0.2}
              pen1/density-5m: {unit: kg/m3, depth: 5, grade: {densityInversion: {profile: pen1, suspect: -0.01}}}
              buoy/lon: {unit: deg}
              buoy/lat: {unit: deg}
            """).grade();

        assertThat(grade).isNotNull();
        assertThat(grade.densityInversion()).isEqualTo(
                new GradeConfig.DensityInversion("pen1", -0.01, -0.03, Duration.ofMinutes(5)));
        assertThat(grade.location()).isEqualTo(new GradeConfig.Location("buoy/lon", "buoy/lat",
                new GradeConfig.Box(139, 34, 140, 36), 500.0, null, 3.0, Duration.ofMinutes(1)));
        assertThat(grade.multivariate()).isEqualTo(
                new GradeConfig.Multivariate("buoy/lon", 0.1, 0.2, Duration.ofMinutes(1)));
    }

    @Test
    void whatTestsOverSeveralSeriesLackIsNamed() throws Exception {
        List<ConfigProblem> problems = problemsOf("""
              a: {unit: kg/m3, grade: {densityInversion: {profile: p, suspect: -0.1}}}
              b: {unit: kg/m3, depth: 1, grade: {densityInversion: {profile: q, suspect: -0.1}}}
              c: {unit: kg/m3, depth: 3, grade: {densityInversion: {profile: r, fail: -0.1}}}
              d: {unit: kg/L, depth: 3, grade: {densityInversion: {profile: r, fail: -0.1}}}
              e: {unit: Cel, grade: {multivariate: {related: e, perSecond: 1, relatedPerSecond: 1}}}
              f: {unit: Cel, grade: {location: {longitude: e, latitude: lat}}}
            """);

        assertThat(problems).extracting(ConfigProblem::toString).anySatisfy(each -> assertThat(each).contains("series.a.grade.densityInversion", "depth: METRES"))
                .anySatisfy(each -> assertThat(each).contains("series.b", "'q' of this series alone"))
                .anySatisfy(each -> assertThat(each).contains("series.c", "the depth of d once more"))
                .anySatisfy(each -> assertThat(each).contains("series.d", "one unit for all of a profile"))
                .anySatisfy(each -> assertThat(each).contains("series.e", "the series itself"))
                .anySatisfy(each -> assertThat(each).contains("location.longitude", "'e' in 'Cel'", "deg"))
                .anySatisfy(each -> assertThat(each).contains("location.latitude", "'lat'", "a name under series"));
    }

    @Test
    void aTestWithDefaultsAloneIsWrittenAsAnEmptyMap() throws Exception {
        GradeConfig grade = read("  pen1/do: {grade: {impossibleDate: {}}}\n").grade();

        assertThat(grade).isNotNull();
        assertThat(grade.impossibleDate()).isEqualTo(
                new GradeConfig.ImpossibleDate(LocalDate.parse("2000-01-01"), Duration.ofMinutes(5)));
    }

    @Test
    void everyMistakeIsNamedWithItsPlaceAndTheRemedy() throws Exception {
        List<ConfigProblem> problems = problemsOf("""
              a:
                grade:
                  grossRange: {failLow: 0, failHigh: 25, suspectLow: -1, suspectHigh: 18}
                  spike: {method: average}
                  rateOfChange: {perSecond: -1}
                  climatology:
                    - {period: month, from: 11, to: 2, suspectLow: 1, suspectHigh: 2}
                    - {period: mont, from: 1, to: 2, suspectLow: 1, suspectHigh: 2}
              b:
                grade:
                  timeGap: {}
                  impossibleDate: {earliest: yesterday}
                  grosRange: {failLow: 0, failHigh: 25}
            """);

        assertThat(problems).extracting(problem -> problem.line() + " " + problem.path()).containsExactly(
                "7 series.a.grade.grossRange", "8 series.a.grade.spike", "9 series.a.grade.rateOfChange.perSecond",
                "11 series.a.grade.climatology[0]", "12 series.a.grade.climatology[1].period",
                "15 series.b.grade.timeGap", "16 series.b.grade.impossibleDate.earliest",
                "17 series.b.grade.grosRange");
        assertThat(problems).extracting(ConfigProblem::expected).satisfiesExactly(
                text -> assertThat(text).contains("failLow <= suspectLow"),
                text -> assertThat(text).contains("suspect, fail or both"),
                text -> assertThat(text).contains("at least 0"),
                text -> assertThat(text).contains("over the new year write two lines"),
                text -> assertThat(text).contains("did you mean 'month'?"),
                text -> assertThat(text).contains("suspectAfter, failAfter or both"),
                text -> assertThat(text).contains("2026-04-01"),
                text -> assertThat(text).contains("did you mean 'grossRange'?"));
    }

    @Test
    void aFlatLineIsCountedInValuesSoEveryMustBeKnown() throws Exception {
        List<ConfigProblem> problems = problemsOf("""
              a: {grade: {flatLine: {tolerance: 0.1, suspectAfter: 1h, failAfter: 2h}}}
              b: {every: 1h, grade: {flatLine: {tolerance: 0.1, suspectAfter: 1h, failAfter: 2h}}}
            """);

        assertThat(problems).extracting(ConfigProblem::path)
                .containsExactly("series.a.grade.flatLine", "series.b.grade.flatLine.suspectAfter");
        assertThat(problems.getFirst().expected()).startsWith("every: beside grade:");
    }

    private SeriesConfig read(String series) throws IOException, ConfigRefused {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), HEAD + series);
        SeriesConfig read = ConfigFile.gateway(file, new Kinds(Map.of())).series().get("pen1/do");
        return java.util.Objects.requireNonNull(read);
    }

    private List<ConfigProblem> problemsOf(String series) throws IOException {
        try {
            throw new AssertionError("accepted: " + read(series));
        } catch (ConfigRefused refusal) {
            return refusal.problems();
        }
    }
}
