package suimon.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Unit;

/** What quality tests need that look at other series. */
final class CompanionChecks {
    private static final Unit DEGREE = new Unit("deg");

    private final ConfigFile.Problems problems;
    private final Map<String, SeriesConfig> all;

    CompanionChecks(ConfigFile.Problems problems, Map<String, SeriesConfig> all) {
        this.problems = problems;
        this.all = all;
    }

    void check(String path, String name, SeriesConfig series, GradeConfig tests) {
        if (tests.densityInversion() != null) {
            checkProfile(path + ".densityInversion", name, series, tests.densityInversion().profile());
        }
        if (tests.location() != null) {
            checkPosition(path + ".location.longitude", tests.location().longitude());
            checkPosition(path + ".location.latitude", tests.location().latitude());
            if (tests.location().longitude().equals(tests.location().latitude())) {
                problems.addAtPath(path + ".location", "the same series twice", "one of longitude and one of latitude");
            }
        }
        if (tests.multivariate() != null) {
            checkOther(path + ".multivariate.related", name, tests.multivariate().related());
        }
        if (tests.drift() != null) {
            tests.drift().neighbours().forEach(each -> checkNeighbour(path + ".drift.neighbours", name, series, each));
        }
    }

    private void checkProfile(String path, String name, SeriesConfig series, String profile) {
        if (series.depth() == null) {
            problems.addAtPath(path, "a series without depth", "depth: METRES beside grade:, since a profile is by depth");
            return;
        }
        List<Map.Entry<String, SeriesConfig>> others = all.entrySet().stream()
                .filter(each -> !each.getKey().equals(name) && profile.equals(profileOf(each.getValue()))).toList();
        if (others.isEmpty()) {
            problems.addAtPath(path + ".profile", "'" + profile + "' of this series alone",
                    "another series with densityInversion: {profile: " + profile + "}");
        }
        for (Map.Entry<String, SeriesConfig> other : others) {
            if (series.depth().equals(other.getValue().depth())) {
                problems.addAtPath(path, "the depth of " + other.getKey() + " once more", "each depth once in a profile");
            }
            if (!other.getValue().unit().isSame(series.unit())) {
                problems.addAtPath(path, "'" + series.unit() + "' where " + other.getKey() + " is in '"
                        + other.getValue().unit() + "'", "one unit for all of a profile");
            }
        }
    }

    /** The profile that a series belongs to; null when it belongs to none. */
    static @Nullable String profileOf(SeriesConfig series) {
        GradeConfig tests = series.grade();
        return tests == null || tests.densityInversion() == null ? null : tests.densityInversion().profile();
    }

    private void checkPosition(String path, String name) {
        SeriesConfig series = all.get(name);
        if (series == null) {
            problems.addAtPath(path, "'" + name + "'", "a name under series:" + Names.nearest(name, all.keySet()));
        } else if (series.unit().to(DEGREE).isEmpty()) {
            problems.addAtPath(path, "'" + name + "' in '" + series.unit() + "'", "a series in deg");
        }
    }

    private void checkNeighbour(String path, String name, SeriesConfig series, String neighbour) {
        checkOther(path, name, neighbour);
        SeriesConfig other = all.get(neighbour);
        if (other != null && !other.unit().isSame(series.unit())) {
            problems.addAtPath(path, "'" + neighbour + "' in '" + other.unit() + "'", "series in '" + series.unit() + "'");
        }
    }

    private void checkOther(String path, String name, String other) {
        if (!all.containsKey(other)) {
            problems.addAtPath(path, "'" + other + "'", "a name under series:" + Names.nearest(other, all.keySet()));
        } else if (other.equals(name)) {
            problems.addAtPath(path, "the series itself", "another one");
        }
    }
}
