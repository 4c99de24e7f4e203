package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import suimon.reading.Readings;
import suimon.reading.Value;
import suimon.store.StoreModel.Version;

/** What thinning may leave out of what a reader finds, and what it may not. */
final class ThinnedView {
    private final long interval;
    private final Predicate<Version> mayBeThinned;

    ThinnedView(long intervalNanos, Predicate<Version> mayBeThinned) {
        this.interval = intervalNanos;
        this.mayBeThinned = mayBeThinned;
    }

    /**
     * All that is found is there, the rest may be thinned, and the first, least, greatest and last
     * of each interval that lies within [from, to) are there: not so where a reading was revised, maybe
     * after what it outdid was thinned.
     */
    void check(List<Version> all, Readings found, long from, long to, String where) {
        TreeMap<Long, Integer> rows = new TreeMap<>();
        for (int row = 0; row < found.size(); row++) {
            rows.put(found.measured(row), row);
        }
        assertThat(rows).as(where + ": twice").hasSize(found.size());
        TreeMap<Long, List<Version>> intervals = new TreeMap<>();
        TreeMap<Long, Boolean> isRevised = new TreeMap<>();
        for (Version version : all) {
            Integer row = rows.remove(version.measured);
            if (row != null) {
                assertSame(version, found, row, where);
            } else {
                boolean isText = version.value instanceof Value.Text || version.value instanceof Value.Bool;
                if (isText || !mayBeThinned.test(version)) {
                    throw new AssertionError(where + ": missing " + version);
                }
            }
            long begin = Math.floorDiv(version.measured, interval) * interval;
            if (begin >= from && begin <= to - interval) {
                isRevised.merge(begin, version.isRevision, Boolean::logicalOr);
                intervals.computeIfAbsent(begin, time -> new ArrayList<>()).add(version);
            }
        }
        assertThat(rows).as(where + ": never stored, or revised").isEmpty();
        TreeMap<Long, Double> there = new TreeMap<>();
        for (int row = 0; row < found.size(); row++) {
            there.put(found.measured(row), found.asDouble(row));
        }
        intervals.forEach((begin, versions) -> {
            if (!isRevised.getOrDefault(begin, false)) {
                checkInterval(versions, there.subMap(begin, begin + interval), where);
            }
        });
    }

    private static void checkInterval(
            List<Version> all, SortedMap<Long, Double> there, String where) {
        boolean hasEnds = there.containsKey(all.getFirst().measured) && there.containsKey(all.getLast().measured);
        double[] numbers = all.stream().mapToDouble(version -> version.value.asDouble())
                .filter(number -> !Double.isNaN(number)).toArray();
        boolean hasExtremes = numbers.length == 0
                || has(there, Arrays.stream(numbers).min().orElseThrow())
                        && has(there, Arrays.stream(numbers).max().orElseThrow());
        if (!hasEnds || !hasExtremes) {
            throw new AssertionError(where + ": the first, least, greatest and last of " + all + " in " + there);
        }
    }

    /** As numbers: of 0 and -0 either may stay. */
    private static boolean has(SortedMap<Long, Double> there, double wanted) {
        return there.values().stream().anyMatch(number -> number == wanted);
    }

    private static void assertSame(Version version, Readings found, int row, String where) {
        boolean isSame = found.value(row).equals(version.value) && found.grade(row) == version.grade
                && found.received(row) == version.received && found.status(row) == version.status;
        if (!isSame) {
            throw new AssertionError(where + ": expected " + version + " " + version.grade + ", found "
                    + found.value(row) + " " + found.grade(row));
        }
    }
}
