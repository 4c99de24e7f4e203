package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.GradeConfig.AttenuatedSignal;
import suimon.config.GradeConfig.FlatLine;
import suimon.config.GradeConfig.GrossRange;
import suimon.config.GradeConfig.Movement;
import suimon.config.GradeConfig.Period;
import suimon.config.GradeConfig.RateOfChange;
import suimon.config.GradeConfig.Spike;
import suimon.config.GradeConfig.SpikeMethod;
import suimon.config.GradeConfig.TimeGap;
import suimon.reading.Grade;

/** Against the flags that {@code src/test/python/ioos_flags.py} had ioos_qc give to its example data. */
@Tag("long")
@EnabledIfEnvironmentVariable(named = "SUIMON_IOOS_FLAGS", matches = ".+")
class ExampleDataTest {
    @ParameterizedTest
    @ValueSource(strings = {"water_level", "salinity", "long"})
    void theFlagsAreThoseOfIoosQc(String example) throws IOException {
        List<String> lines = Files.readAllLines(
                Path.of(System.getenv("SUIMON_IOOS_FLAGS"), example + ".csv"));
        double scale = Double.parseDouble(lines.getFirst());
        List<String> names = List.of(lines.get(1).split(","));
        List<String[]> rows = lines.subList(2, lines.size()).stream().map(line -> line.split(",")).toList();
        double[] values = rows.stream().mapToDouble(row -> Double.parseDouble(row[1])).toArray();
        long[] times = rows.stream().mapToLong(row -> Long.parseLong(row[0]) * Flags.SECOND).toArray();

        List<String> differences = new ArrayList<>();
        grades(values, times, scale).forEach((test, grades) -> {
            int column = names.indexOf(test);
            for (int row = 0; row < values.length; row++) {
                if (grades[row].flag() != Integer.parseInt(rows.get(row)[column])) {
                    differences.add(test + " row " + row + ": " + grades[row].flag() + ", ioos_qc "
                            + rows.get(row)[column]);
                }
            }
        });

        assertThat(differences).as("%d values", values.length).isEmpty();
    }

    private static Map<String, Grade[]> grades(double[] values, long[] times, double scale) {
        Map<String, Grade[]> grades = new LinkedHashMap<>();
        grades.put("gross_range", Qartod.grossRange(
                values, new GrossRange(-2 * scale, 3 * scale, -scale, 2 * scale)));
        grades.put("climatology", Qartod.climatology(Arrays.stream(values).map(value -> value / scale).toArray(), times,
                new double[values.length], List.of(span(Period.MONTH, 1, 3, 0, 1, -2, 3),
                        span(Period.MONTH, 9, 12, 0.2, 1.1, -2, 3), span(Period.WEEK, 40, 45, 0.3, 0.9, NEVER, -NEVER),
                        span(Period.DAY_OF_YEAR, 300, 320, 0.25, 1, NEVER, -NEVER),
                        span(Period.QUARTER, 2, 2, 0, 2, NEVER, -NEVER))));
        grades.put("spike_average",
                Qartod.spike(values, new Spike(0.1 * scale, 0.5 * scale, SpikeMethod.AVERAGE)));
        grades.put("spike_differential",
                Qartod.spike(values, new Spike(0.1 * scale, 0.5 * scale, SpikeMethod.DIFFERENTIAL)));
        grades.put("rate_of_change",
                Qartod.rateOfChange(values, times, new RateOfChange(1e-5 * scale, 1e-4 * scale)));
        grades.put("flat_line", Qartod.flatLine(values, FlatCounts.of(
                new FlatLine(0.01 * scale, Duration.ofHours(3), Duration.ofHours(8)), Qartod.medianInterval(times))));
        grades.put("attenuated_deviation", Qartod.attenuatedSignal(values, times,
                new AttenuatedSignal(0.2 * scale, 0.05 * scale, Duration.ofHours(12), 5, Movement.DEVIATION)));
        grades.put("attenuated_range", Qartod.attenuatedSignal(values, times,
                new AttenuatedSignal(0.2 * scale, 0.05 * scale, Duration.ofHours(12), 5, Movement.RANGE)));
        grades.put("time_gap", Qartod.timeGap(times, new TimeGap(null, Duration.ofMinutes(90))));
        return grades;
    }

    private static final double NEVER = Double.NEGATIVE_INFINITY;

    private static ClimatologySpan span(
            Period period, int from, int to, double low, double high, double failLow, double failHigh) {
        return new ClimatologySpan(period, from, to, low, high, failLow, failHigh, Double.NaN, Double.NaN);
    }
}
