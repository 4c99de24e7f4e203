package suimon.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.SeriesConfig;
import suimon.dataset.Udunits;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Series;
import suimon.reading.Words;

/**
 * What the columns of a pull mean, by the conventions that data teams' tools know (CF: standard_name,
 * units, flag_values, flag_masks, flag_meanings).
 *
 * @param gradeMeanings names of the flags, in the order of {@code gradeValues}
 * @param tests the words of the column {@code tests}; {@code mask} is the bit in frames at a hub
 */
record DatasetGuide(
        String site, List<Integer> gradeValues, String gradeMeanings, String gradeStandardName, List<TestMeaning> tests,
        List<SeriesMeaning> series) {
    /** One test. */
    record TestMeaning(String name, int mask, Words words) {}

    /**
     * One series.
     *
     * @param standardName CF; null where none is configured
     * @param unit UCUM; empty when unknown
     * @param udunits the same by UDUNITS; null when unknown there
     * @param depth metres below the surface; null when unknown
     */
    record SeriesMeaning(
            String name, Words title, @Nullable String standardName, String unit, @Nullable String udunits,
            @Nullable Double depth, @Nullable Long everySeconds) {}

    static DatasetGuide of(WebServer.Backstage backstage) {
        List<TestMeaning> tests = Arrays.stream(QualityTest.values())
                .map(test -> new TestMeaning(test.qartodName(), test.bit(), test.words())).toList();
        List<SeriesMeaning> series = new ArrayList<>();
        for (Series each : backstage.log().allSeries()) {
            SeriesConfig config = backstage.config().series().get(each.name());
            long seconds = each.expectedPeriodNanos() / 1_000_000_000L;
            series.add(new SeriesMeaning(each.name(), each.title(), config == null ? null : config.standardName(),
                    each.unit(), Udunits.of(each.unit()), config == null ? null : config.depth(),
                    seconds == 0 ? null : seconds));
        }
        return new DatasetGuide(backstage.config().site().id(),
                Arrays.stream(Grade.values()).map(Grade::flag).toList(),
                String.join(" ", Arrays.stream(Grade.values()).map(Grade::name).toList()), "aggregate_quality_flag",
                tests, List.copyOf(series));
    }
}
