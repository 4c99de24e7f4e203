package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.config.GradeConfig.Climatology;
import suimon.config.GradeConfig.Period;

/** Values, spans and flags are those of ioos_qc's own tests. */
class ClimatologyTest {
    private static final double ANY = Double.NaN;

    private record Row(String day, double value, double depth) {}

    @ParameterizedTest
    @CsvSource({"MONTH,0,3", "WEEK,0,12", "DAY_OF_YEAR,0,90", "QUARTER,0,1"})
    void partsOfTheYear(Period period, int from, int to) {
        int[] flags = flags(List.of(span(period, from, to, 10, 20)), new Row("2011-02-02", 9, ANY),
                new Row("2013-02-03", 11, ANY), new Row("2011-04-01", 21, ANY), new Row("2011-12-31", 21, ANY),
                new Row("2020-02-29", 15, ANY));

        assertThat(flags).containsExactly(3, 1, 2, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({"2019-10-31,55,5,2", "2019-11-01,55,5,1", "2020-02-04,55,5,1", "2020-02-05,55,5,2",
        "2020-01-01,49,5,3", "2020-01-01,50,5,1", "2020-01-01,60,5,1", "2020-01-01,61,5,3", "2020-01-01,30,5,4",
        "2020-01-01,40,5,3", "2020-01-01,70,5,3", "2020-01-01,71,5,4", "2020-01-01,55,-1,2", "2020-01-01,55,0,1",
        "2020-01-01,55,10,1", "2020-01-01,55,11,2"})
    void allEndsAreIncluded(String day, double value, double depth, int flag) {
        ClimatologySpan span = new ClimatologySpan(
                null, Flags.day("2019-11-01"), Flags.day("2020-02-04"), 50, 60, 40, 70, 0, 10);

        assertThat(flags(List.of(span), new Row(day, value, depth))).containsExactly(flag);
    }

    @Test
    void aSpanOfDepthsIsNotForValuesWithoutOne() {
        List<ClimatologySpan> spans = List.of(dated("2012-01-01", "2013-01-01", 50, 60, 0, 10),
                dated("2012-01-01", "2013-01-01", 70, 80, 10, 100));

        assertThat(flags(spans, new Row("2012-01-02", 9, ANY), new Row("2012-01-02", 21, ANY),
                new Row("2015-01-02", 21, ANY))).containsExactly(2, 2, 2);
    }

    @Test
    void missingValuesStayMissing() {
        List<ClimatologySpan> spans = List.of(dated("2021-07-01", "2021-09-01", 3.4, 5, ANY, ANY));

        assertThat(flags(spans, new Row("2021-07-16", 0, 0), new Row("2021-07-16", ANY, ANY),
                new Row("2021-07-16", 4.16743, 0.08931513))).containsExactly(3, 9, 1);
    }

    @Test
    void theLastSpanThatHoldsAValueDecides() {
        List<ClimatologySpan> spans = List.of(dated("2011-01-01", "2011-07-01", 10, 20, ANY, ANY),
                dated("2011-07-01", "2012-01-01", 30, 40, ANY, ANY),
                dated("2012-01-01", "2013-01-01", 40, 50, ANY, ANY),
                dated("2012-01-01", "2013-01-01", 50, 60, 0, 10), dated("2012-01-01", "2013-01-01", 70, 80, 10, 100));

        assertThat(flags(spans, new Row("2011-01-02", 9, ANY), new Row("2011-01-02", 11, ANY),
                new Row("2011-01-02", 21, ANY), new Row("2015-01-02", 21, ANY))).containsExactly(3, 1, 3, 2);
        assertThat(flags(spans, new Row("2012-01-02", 51, 2), new Row("2012-01-02", 71, 90),
                new Row("2012-01-02", 42, ANY), new Row("2012-01-02", 39, ANY), new Row("2012-01-02", 59, 11),
                new Row("2012-01-02", 79, 101))).containsExactly(1, 1, 1, 3, 3, 3);
    }

    @Test
    void configuredSpansMeanTheSame() {
        List<ClimatologySpan> spans = ClimatologySpan.of(List.of(
                new Climatology(Period.MONTH, 6, 9, 15, 30, null, null, null, null),
                new Climatology(Period.MONTH, 6, 9, 12, 25, 5.0, 30.0, 5.0, null)));

        assertThat(flags(spans, new Row("2026-07-01", 28, 1), new Row("2026-07-01", 28, 6),
                new Row("2026-07-01", 4, 6), new Row("2026-07-01", 4, ANY), new Row("2026-01-01", 28, 1)))
                .containsExactly(1, 3, 4, 3, 2);
    }

    @Test
    void partsOfAYearAreThoseOfTheCalendar() {
        long seed = 20260401;
        Random random = new Random(seed);
        YearParts parts = new YearParts();

        for (int round = 0; round < 20_000; round++) {
            LocalDate day = LocalDate.ofEpochDay(random.nextInt(-100_000, 100_000));
            long at = day.toEpochDay() * 86_400_000_000_000L + random.nextLong(86_400_000_000_000L);
            assertThat(List.of(parts.of(Period.MONTH, at), parts.of(Period.DAY_OF_YEAR, at),
                    parts.of(Period.QUARTER, at), parts.of(Period.WEEK, at)))
                    .as("seed=%d day=%s %s", seed, day, DayOfWeek.from(day))
                    .containsExactly(day.getMonthValue(), day.getDayOfYear(), day.get(IsoFields.QUARTER_OF_YEAR),
                            day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
        }
    }

    private static ClimatologySpan span(@Nullable Period period, long from, long to, double low, double high) {
        return new ClimatologySpan(period, from, to, low, high, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY,
                ANY, ANY);
    }

    private static ClimatologySpan dated(
            String from, String to, double low, double high, double depthFrom, double depthTo) {
        return new ClimatologySpan(null, Flags.day(from), Flags.day(to), low, high, Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY, depthFrom, depthTo);
    }

    private static int[] flags(List<ClimatologySpan> spans, Row... rows) {
        List<Row> all = new ArrayList<>(List.of(rows));
        return Flags.of(Qartod.climatology(all.stream().mapToDouble(Row::value).toArray(),
                all.stream().mapToLong(row -> Flags.day(row.day())).toArray(),
                all.stream().mapToDouble(Row::depth).toArray(), spans));
    }
}
