package suimon.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import suimon.config.ModelConfig;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.config.SeriesPattern;

/** Whether a model's contract fits the site's series. */
public final class ModelFit {
    private final Contract contract;
    private final ModelConfig config;
    private final Map<String, SeriesConfig> series;
    private final List<String> problems = new ArrayList<>();

    private ModelFit(Contract contract, ModelConfig config, Map<String, SeriesConfig> series) {
        this.contract = contract;
        this.config = config;
        this.series = series;
    }

    /**
     * Everything that keeps the model from running at this site, one sentence each; empty when it
     * fits. A model that does not fit must not be activated.
     */
    public static List<String> problems(
            Contract contract, ModelConfig config, Map<String, SeriesConfig> series) {
        ModelFit fit = new ModelFit(contract, config, series);
        fit.checkRoles();
        contract.inputs().forEach(fit::checkInput);
        return List.copyOf(fit.problems);
    }

    private void checkRoles() {
        Set<String> roles = contract.inputs().stream().map(Contract.Input::role)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String role : new TreeSet<>(config.inputs().keySet())) {
            if (!roles.contains(role)) {
                add(role, "the package has no such input", "one of " + roles);
            }
        }
    }

    private void checkInput(Contract.Input input) {
        String name = config.inputs().get(input.role());
        if (name == null) {
            if (!input.optional()) {
                add(input.role(), "no series", "a series in " + input.unit() + " under inputs:");
            }
            return;
        }
        if (SeriesPattern.isPattern(name)) {
            checkPattern(input, new SeriesPattern(name));
            return;
        }
        SeriesConfig at = series.get(name);
        if (at == null) {
            add(input.role(), "series '" + name + "', which is not under series:", "a configured series");
            return;
        }
        checkSeries(input, name, at);
    }

    /** Series that are not configured have no unit: the pattern itself says that they fit. */
    private void checkPattern(Contract.Input input, SeriesPattern pattern) {
        if (!contract.countsReadings()) {
            add(input.role(), "the pattern '" + pattern.written() + "'",
                    "one series; patterns are for packages whose window is a number of readings");
        }
        series.forEach((name, at) -> {
            if (pattern.match(name) != null) {
                checkSeries(input, name, at);
            }
        });
    }

    private void checkSeries(Contract.Input input, String name, SeriesConfig at) {
        if (!at.unit().equals(input.unit())) {
            add(input.role(), "series '" + name + "' in '" + at.unit() + "'",
                    "the unit " + input.unit() + "; give that as unit: and what is sent as rawUnit:");
        }
        if (at.every() != null && at.every().compareTo(input.every()) > 0) {
            add(input.role(), "series '" + name + "' every " + at.every().toMinutes() + " min",
                    "a value at least every " + input.every().toMinutes() + " min");
        }
        checkRange(input, name, at);
    }

    private void checkRange(Contract.Input input, String name, SeriesConfig at) {
        GradeConfig.GrossRange range = at.grade() == null ? null : at.grade().grossRange();
        if (range != null && (range.low() > input.high() || range.high() < input.low())) {
            add(input.role(),
                    "series '" + name + "' from " + range.low() + " to " + range.high(),
                    "values between " + input.low() + " and " + input.high() + " " + input.unit()
                            + ", as the model was trained on");
        }
    }

    private void add(String role, String found, String expected) {
        problems.add("model " + config.name() + ", input " + role + ": found " + found + ", expected "
                + expected);
    }
}
