package suimon.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import suimon.reading.Unit;

/** What the units of all series together must hold: conversions, standard names, formulas. */
final class SeriesChecks {
    private final ConfigFile.Problems problems;
    private final Map<String, SeriesConfig> all;

    SeriesChecks(ConfigFile.Problems problems, Map<String, SeriesConfig> all) {
        this.problems = problems;
        this.all = all;
    }

    void check(String name, SeriesConfig series) {
        String path = "series." + name;
        checkUnits(path, series);
        if (series.standardName() != null) {
            checkStandardName(path + ".standardName", series.standardName(), series.unit());
        }
        if (series.derived() != null) {
            checkDerived(path + ".derived", name, series, series.derived());
        }
        if (series.grade() != null) {
            new CompanionChecks(problems, all).check(path + ".grade", name, series, series.grade());
        }
    }

    private void checkUnits(String path, SeriesConfig series) {
        Unit raw = series.rawUnit();
        if (raw != null && raw.to(series.unit()).isEmpty()) {
            problems.addAtPath(path + ".rawUnit", "'" + raw + "' where unit is '" + series.unit() + "'",
                    "a unit of the same quantity, such as [degF] where unit is Cel");
        }
    }

    private void checkStandardName(String path, String name, Unit unit) {
        Optional<Unit> canonical = StandardName.unit(name);
        if (canonical.isEmpty()) {
            problems.addAtPath(path, "'" + name + "'", "a CF standard name that is known here"
                    + Names.nearest(name, StandardName.all()));
        } else if (!StandardName.fits(canonical.get(), unit)) {
            problems.addAtPath(path, "'" + name + "' where unit is '" + unit + "'",
                    "a unit that converts to " + canonical.get());
        }
    }

    private void checkDerived(String path, String name, SeriesConfig series, DerivedConfig derived) {
        Formula formula = derived.formula();
        if (series.rawUnit() != null) {
            problems.addAtPath("series." + name + ".rawUnit", "beside derived", "only unit, which it is converted to");
        }
        if (Formula.convert(formula.output(), series.unit()).isEmpty()) {
            problems.addAtPath(path, "a result in " + formula.output() + " where unit is '" + series.unit() + "'",
                    "unit: \"" + formula.output() + "\" or one that it converts to");
        }
        Set<String> roles = formula.roles().stream().map(Formula.Role::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Stream.concat(derived.from().keySet().stream(), derived.given().keySet().stream())
                .filter(role -> !roles.contains(role))
                .forEach(role -> problems.addAtPath(path, "'" + role + "'",
                        "one of " + roles + Names.nearest(role, roles)));
        for (int index = 0; index < formula.roles().size(); index++) {
            checkRole(path, derived, formula.roles().get(index), index == 0);
        }
        if (reaches(name, derived, new HashSet<>())) {
            problems.addAtPath(path, "a circle back to '" + name + "'", "series that don't depend on it");
        }
    }

    private void checkRole(String path, DerivedConfig derived, Formula.Role role, boolean isFirst) {
        String from = derived.from().get(role.name());
        boolean isGiven = derived.given().containsKey(role.name());
        if (from == null) {
            boolean isMissing = isFirst || !isGiven && role.otherwise() == null;
            if (isMissing) {
                problems.addAtPath(path, "no " + role.name(), isFirst
                        ? "from: {" + role.name() + ": SERIES}"
                        : "from: {" + role.name() + ": SERIES} or given: {" + role.name() + ": NUMBER} in "
                                + role.code());
            }
            return;
        }
        SeriesConfig input = all.get(from);
        if (input == null) {
            problems.addAtPath(path + ".from." + role.name(), "'" + from + "'",
                    "a name under series:" + Names.nearest(from, all.keySet()));
        } else if (role.from(input.unit()).isEmpty()) {
            problems.addAtPath(path + ".from." + role.name(), "'" + from + "' in '" + input.unit() + "'",
                    "a series whose unit converts to " + role.code());
        }
        if (isGiven) {
            problems.addAtPath(path + ".given." + role.name(), "beside a series", "one of from and given");
        }
    }

    private boolean reaches(String wanted, DerivedConfig derived, Set<String> seen) {
        for (String input : derived.from().values()) {
            SeriesConfig next = all.get(input);
            boolean isCircle = input.equals(wanted)
                    || seen.add(input) && next != null && next.derived() != null
                            && reaches(wanted, next.derived(), seen);
            if (isCircle) {
                return true;
            }
        }
        return false;
    }
}
