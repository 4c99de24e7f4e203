package suimon.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What only the whole of {@code gateway.yaml} shows: names that meet, rules that make sense. */
final class GatewayChecks implements Runnable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern SERIES = Pattern.compile("[\\p{L}\\p{N}._-]+(/[\\p{L}\\p{N}._-]+)*");

    private final ConfigFile.Problems problems;
    private final GatewayConfig config;

    GatewayChecks(ConfigFile.Problems problems, GatewayConfig config) {
        this.problems = problems;
        this.config = config;
    }

    @Override
    public void run() {
        if (!NAME.matcher(config.site().id()).matches()) {
            problems.addAtPath("site.id", "'" + config.site().id() + "'", nameForm());
        }
        checkThinning();
        checkNames("sources", config.sources());
        checkNames("alarms", config.alarms());
        checkNames("models", config.models());
        checkNames("links", config.links());
        checkNames("uplinks", config.uplinks());
        new PathChecks(problems, config).run();
        checkNames("exports", config.exports());
        config.series().forEach(this::checkSeries);
        config.series().forEach(new SeriesChecks(problems, config.series())::check);
        for (int index = 0; index < config.alarms().size(); index++) {
            checkAlarm("alarms[" + index + "]", config.alarms().get(index));
        }
        for (int index = 0; index < config.models().size(); index++) {
            checkModel("models[" + index + "]", config.models().get(index));
        }
    }

    private void checkThinning() {
        RetentionConfig retention = config.data().retention();
        List<RetentionConfig.Thin> thin = retention == null ? List.of() : retention.thin();
        for (int index = 1; index < thin.size(); index++) {
            RetentionConfig.Thin finer = thin.get(index - 1);
            RetentionConfig.Thin coarser = thin.get(index);
            if (finer.after().compareTo(coarser.after()) >= 0 || finer.to().compareTo(coarser.to()) >= 0) {
                problems.addAtPath("data.retention.thin[" + index + "]", "not later and coarser than the one before",
                        "rising after: and rising to:, such as {after: 30d, to: 10s}, {after: 365d, to: 1min}");
            }
        }
    }

    private void checkNames(String place, List<? extends Named> named) {
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < named.size(); index++) {
            String name = named.get(index).name();
            String path = place + "[" + index + "].name";
            if (!NAME.matcher(name).matches()) {
                problems.addAtPath(path, "'" + name + "'", nameForm());
            } else if (!seen.add(name)) {
                problems.addAtPath(path, "'" + name + "' a second time", "a name of its own");
            }
        }
    }

    private static String nameForm() {
        return "letters, digits, dot, dash or underscore, 63 at most";
    }

    private void checkSeries(String name, SeriesConfig series) {
        String path = "series." + name;
        if (!SERIES.matcher(name).matches()) {
            problems.addAtPath(path, "'" + name + "'", "levels of letters and digits such as pen1/do");
        }
        checkFlatLine(path + ".grade.flatLine", series);
        if (series.calibrateEvery() != null && !series.calibrateEvery().isPositive()) {
            problems.addAtPath(path + ".calibrateEvery", "no time at all", "a time such as 30d");
        }
        SeriesConfig.CalibrationConfig calibration = series.calibration();
        SeriesConfig.TwoPoint points = calibration == null ? null : calibration.twoPoint();
        if (points != null && points.rawLow() == points.rawHigh()) {
            problems.addAtPath(path + ".calibration.twoPoint", "the same raw value twice",
                    "two different raw values");
        }
    }

    /** Its thresholds are counted in values, so what lies between two of them must be known. */
    private void checkFlatLine(String path, SeriesConfig series) {
        GradeConfig grade = series.grade();
        GradeConfig.FlatLine flat = grade == null ? null : grade.flatLine();
        if (flat == null) {
            return;
        }
        Duration every = series.every();
        if (every == null || !every.isPositive()) {
            problems.addAtPath(path, "a series without every",
                    "every: beside grade:, since suspectAfter and failAfter are counted in values");
        } else if (flat.suspectAfter().compareTo(every.multipliedBy(2)) < 0) {
            problems.addAtPath(path + ".suspectAfter", "less than two values long",
                    "at least twice every, so that three values are compared");
        }
    }

    private void checkAlarm(String path, AlarmConfig alarm) {
        boolean isOutput = config.models().stream().anyMatch(model -> isOutput(alarm.series(), model));
        if (!config.series().containsKey(alarm.series()) && !isOutput) {
            problems.addAtPath(path + ".series", "'" + alarm.series() + "'",
                    "a name under series: or an output of a model"
                            + Names.nearest(alarm.series(), config.series().keySet()));
        }
        int rules = (alarm.above() == null ? 0 : 1) + (alarm.below() == null ? 0 : 1)
                + (alarm.ratePerHour() == null ? 0 : 1) + (alarm.silentFor() == null ? 0 : 1);
        if (rules != 1) {
            problems.addAtPath(path, rules + " of above, below, ratePerHour, silentFor",
                    "exactly one of them; write a second alarm for a second limit");
        }
    }

    private static boolean isOutput(String series, ModelConfig model) {
        int slash = series.lastIndexOf('/');
        return series.startsWith(model.outputs() + "/")
                || slash > 0 && new SeriesPattern(model.outputs()).match(series.substring(0, slash)) != null;
    }

    private void checkModel(String path, ModelConfig model) {
        Set<String> known = new HashSet<>();
        model.inputs().values().forEach(input -> known.addAll(new SeriesPattern(input).placeholders()));
        Set<String> named = new SeriesPattern(model.outputs()).placeholders();
        if (!known.equals(named)) {
            problems.addAtPath(path + ".outputs", "'" + model.outputs() + "' with placeholders " + named,
                    "each placeholder of the inputs and no other: " + known);
        }
        for (Map.Entry<String, String> input : model.inputs().entrySet()) {
            if (!SeriesPattern.isPattern(input.getValue()) && !config.series().containsKey(input.getValue())) {
                problems.addAtPath(path + ".inputs." + input.getKey(), "'" + input.getValue() + "'",
                        "a name under series:" + Names.nearest(input.getValue(), config.series().keySet()));
            }
        }
    }
}
