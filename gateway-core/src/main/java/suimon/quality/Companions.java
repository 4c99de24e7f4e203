package suimon.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.reading.Grade;
import suimon.reading.QualityTest;

/**
 * The tests of one series that look at others, its companions: density inversion within a profile,
 * location, and QARTOD's multivariate test. A companion's value at a reading is the one nearest in
 * time, of two as near the earlier one; none where none is near enough. The grades of companions
 * don't matter, as in ioos_qc.
 *
 * <p>Each test judges a reading by itself and the one before it, so what holds for values as they
 * come ({@link CompanionGrader}) holds for a stretch ({@link StretchGrader}).
 */
public final class Companions {
    /** A series without such tests. */
    public static final Companions NONE = new Companions(List.of(), List.of());

    private final List<Companion> all;
    private final List<Test> tests;

    /**
     * Another series.
     *
     * @param withinNanos so far apart in time values may be that go together
     */
    public record Companion(String series, long withinNanos) {}

    /** A value with those of the companions; NaN where there is none. */
    record Point(double value, long measured, double[] others) {}

    /** One test of a value and the one before, which is null at first. */
    private interface Test {
        void judge(@Nullable Point before, Point now, Verdict into);
    }

    /** What the tests found together. */
    static final class Verdict {
        Grade grade = Grade.MISSING;
        int tests;

        void add(QualityTest test, Grade found) {
            tests = SeriesGrader.with(tests, grade, test, found);
            grade = grade.worse(found);
        }
    }

    private Companions(List<Companion> all, List<Test> tests) {
        this.all = List.copyOf(all);
        this.tests = List.copyOf(tests);
    }

    /** Those of a series among all that are configured. */
    public static Companions of(String name, Map<String, SeriesConfig> configs) {
        SeriesConfig series = configs.get(name);
        GradeConfig config = series == null ? null : series.grade();
        if (series == null || config == null) {
            return NONE;
        }
        List<Companion> all = new ArrayList<>();
        List<Test> tests = new ArrayList<>();
        if (config.densityInversion() != null) {
            tests.add(inversion(name, series, config.densityInversion(), configs, all));
        }
        if (config.location() != null) {
            tests.add(location(name, config.location(), all));
        }
        if (config.multivariate() != null) {
            tests.add(multivariate(config.multivariate(), all));
        }
        return tests.isEmpty() ? NONE : new Companions(all, tests);
    }

    /** The series that the tests look at, in the order of the values given to them. */
    public List<Companion> all() {
        return all;
    }

    /** Whether there are no such tests. */
    public boolean isEmpty() {
        return tests.isEmpty();
    }

    Verdict judge(@Nullable Point before, Point now) {
        Verdict verdict = new Verdict();
        for (int index = 0; index < tests.size(); index++) {
            tests.get(index).judge(before, now, verdict);
        }
        return verdict;
    }

    private static Test inversion(String name, SeriesConfig series, GradeConfig.DensityInversion config,
            Map<String, SeriesConfig> configs, List<Companion> all) {
        List<Map.Entry<String, SeriesConfig>> profile = configs.entrySet().stream()
                .filter(each -> isOf(config.profile(), each.getValue()))
                .sorted(Comparator.comparingDouble(each -> depth(each.getValue()))).toList();
        List<String> names = profile.stream().map(Map.Entry::getKey).toList();
        int own = names.indexOf(name);
        int above = own > 0 ? all.size() : -1;
        double depthAbove = own > 0 ? depth(profile.get(own - 1).getValue()) : Double.NaN;
        if (own > 0) {
            all.add(new Companion(names.get(own - 1), config.within().toNanos()));
        }
        int below = own + 1 < names.size() ? all.size() : -1;
        double depthBelow = below < 0 ? Double.NaN : depth(profile.get(own + 1).getValue());
        if (below >= 0) {
            all.add(new Companion(names.get(own + 1), config.within().toNanos()));
        }
        double depth = depth(series);
        return (before, now, into) -> {
            Grade grade = Thresholds.isMissing(now.value) ? Grade.MISSING : Grade.GOOD;
            if (above >= 0) {
                // As in a profile from the top down, what follows a missing value gets no grade.
                grade = Thresholds.isMissing(now.others[above]) ? Grade.MISSING : grade.worse(DensityPair.judge(
                        now.others[above], depthAbove, now.value, depth, config.suspect(), config.fail()));
            }
            if (below >= 0 && grade != Grade.MISSING) {
                grade = grade.worse(DensityPair.judge(
                        now.value, depth, now.others[below], depthBelow, config.suspect(), config.fail()));
            }
            into.add(QualityTest.DENSITY_INVERSION, grade);
        };
    }

    private static boolean isOf(String profile, SeriesConfig series) {
        GradeConfig tests = series.grade();
        return tests != null && tests.densityInversion() != null
                && tests.densityInversion().profile().equals(profile);
    }

    private static double depth(SeriesConfig series) {
        return Objects.requireNonNullElse(series.depth(), Double.NaN);
    }

    private static Test location(String name, GradeConfig.Location config, List<Companion> all) {
        int lon = position(name, config.longitude(), config, all);
        int lat = position(name, config.latitude(), config, all);
        Positions.Limits limits = new Positions.Limits(
                config.stepMax(), false, config.suspectSpeed(), config.failSpeed());
        GradeConfig.Box box = config.box();
        boolean hasSpeed = config.suspectSpeed() != null || config.failSpeed() != null;
        return (before, now, into) -> {
            Positions.Fix fix = fix(now, lon, lat);
            Positions.Verdict verdict = Positions.judge(before == null ? null : fix(before, lon, lat), fix, limits);
            into.add(QualityTest.LOCATION, verdict.location());
            if (box != null && isOutside(fix, box)) {
                into.add(QualityTest.LOCATION, Grade.FAIL);
            }
            if (hasSpeed) {
                into.add(QualityTest.SPEED, verdict.speed());
            }
        };
    }

    /** The place of a companion's value; -1 for the series itself. */
    private static int position(String name, String of, GradeConfig.Location config, List<Companion> all) {
        if (of.equals(name)) {
            return -1;
        }
        all.add(new Companion(of, config.within().toNanos()));
        return all.size() - 1;
    }

    private static Positions.Fix fix(Point point, int lon, int lat) {
        return new Positions.Fix(lon < 0 ? point.value : point.others[lon],
                lat < 0 ? point.value : point.others[lat], point.measured);
    }

    private static boolean isOutside(Positions.Fix fix, GradeConfig.Box box) {
        return fix.lon() < box.west() || fix.lon() > box.east() || fix.lat() < box.south() || fix.lat() > box.north();
    }

    private static Test multivariate(GradeConfig.Multivariate config, List<Companion> all) {
        int related = all.size();
        all.add(new Companion(config.related(), config.within().toNanos()));
        return (before, now, into) -> {
            boolean isKnown = before != null && !Thresholds.isMissing(before.value)
                    && !Thresholds.isMissing(now.others[related]) && !Thresholds.isMissing(before.others[related]);
            Grade grade = Thresholds.isMissing(now.value) ? Grade.MISSING
                    : !isKnown || before == null ? Grade.NOT_EVALUATED
                    : QartodPairs.multivariate(now.value - before.value,
                            now.others[related] - before.others[related], now.measured - before.measured,
                            config.perSecond(), config.relatedPerSecond());
            into.add(QualityTest.MULTIVARIATE, grade);
        };
    }

    /**
     * The companion's values at some times, both in the order of time.
     *
     * @return NaN where none is near enough
     */
    public static double[] nearest(long[] at, long[] times, double[] values, long withinNanos) {
        double[] found = new double[at.length];
        int next = 0;
        for (int row = 0; row < at.length; row++) {
            while (next < times.length && times[next] < at[row]) {
                next++;
            }
            long after = next < times.length ? Thresholds.difference(times[next], at[row]) : Long.MAX_VALUE;
            long before = next > 0 ? Thresholds.difference(at[row], times[next - 1]) : Long.MAX_VALUE;
            found[row] = Math.min(before, after) > withinNanos ? Double.NaN
                    : before <= after ? values[next - 1] : values[next];
        }
        return found;
    }
}
