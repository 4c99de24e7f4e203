package suimon.model;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelRefused;
import suimon.pipeline.Window;

/**
 * Scores a package on the test rows beside the baselines, on the same rows, through the gateway's
 * own windowing and ONNX Runtime: {@code Evaluate PACKAGES_FOLDER DATA_FOLDER}. Writes
 * {@code evaluation.json} into the package.
 *
 * <p>The file lists every model (by its SHA-256) that was ever scored on the test rows: who tries
 * many and keeps the best has to say so.
 */
public final class Evaluate {
    private static final Pattern HASH = Pattern.compile("\"([0-9a-f]{64})\"");

    private final Model model;
    private final Baselines baselines;

    private Evaluate(Model model, Baselines baselines) {
        this.model = model;
        this.baselines = baselines;
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, ModelRefused, ModelFailed {
        PrintStream out = System.out;
        if (arguments.length != 2) {
            out.println("usage: Evaluate PACKAGES_FOLDER DATA_FOLDER");
            return;
        }
        Path file = Path.of(arguments[0], "hypoxia", "evaluation.json");
        String before = Files.exists(file) ? Files.readString(file) : "";
        String text = score(Path.of(arguments[0]), Path.of(arguments[1]), before);
        Files.writeString(file, text);
        out.print(text);
    }

    /** The text of {@code evaluation.json}; {@code before} is the one it takes the place of. */
    static String score(Path packages, Path folder, String before)
            throws IOException, ModelRefused, ModelFailed {
        OnnxPackage described = OnnxFactory.describe("hypoxia", packages);
        Set<String> scored = HASH.matcher(before).results().map(match -> match.group(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        scored.add(described.description().modelSha256());
        NerrsStation cat = new NerrsStation(folder.resolve("apacpwq.csv.gz"));
        NerrsStation dry = new NerrsStation(folder.resolve("apadbwq.csv.gz"));
        List<ForecastRow> home = cat.rows(described.contract());
        try (Model model = described.load()) {
            Evaluate evaluate = new Evaluate(model, Baselines.fit(Split.training(home)));
            String atHome = evaluate.site("cp, where it was trained", Split.test(home));
            String elsewhere = evaluate.site("db, never seen in training",
                    Split.test(dry.rows(described.contract())));
            return "{\n  \"package\": \"" + described.identity() + "\",\n"
                    + "  \"test\": \"windows that end after 2013-05-01 00:00 until 2013-11-01 00:00 EST\",\n"
                    + "  \"modelsScoredOnTheTestRows\": " + scored.size() + ",\n"
                    + "  \"theirSha256\": [" + scored.stream().map(hash -> "\"" + hash + "\"")
                            .collect(Collectors.joining(", ")) + "],\n"
                    + "  \"sites\": [\n" + atHome + ",\n" + elsewhere + "\n  ]\n}\n";
        }
    }

    private String site(String name, List<ForecastRow> rows) throws ModelFailed {
        List<float[]> given = run(rows);
        List<Integer> levels = new ArrayList<>();
        List<Integer> events = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (!Double.isNaN(rows.get(row).after6())) {
                levels.add(row);
            }
            if (!Double.isNaN(rows.get(row).minimum12())) {
                events.add(row);
            }
        }
        double share = events.stream().filter(row -> rows.get(row).isEvent()).count()
                / (double) events.size();
        Table table = new Table(rows);
        return "    {\n      \"site\": \"" + name + "\",\n"
                + "      \"oxygenAfter6h\": {\"rows\": " + levels.size() + ", \"unit\": \"mg/L\",\n"
                + table.level(levels, "model", row -> given.get(row)[0]) + ",\n"
                + table.level(levels, "persistence", row -> rows.get(row).last()) + ",\n"
                + table.level(levels, "dampedPersistence", row -> baselines.damped(rows.get(row))) + ",\n"
                + table.level(levels, "meanOfLast24h", row -> rows.get(row).mean24()) + ",\n"
                + table.level(levels, "climatology", row -> baselines.climatology(rows.get(row)))
                + "\n      },\n"
                + "      \"minimumOfNext12hBelow3\": {\"rows\": " + events.size() + ", \"baseRate\": "
                + number(share) + ", \"baseRateInTraining\": " + number(baselines.frequency()) + ",\n"
                + table.risk(events, "model", row -> given.get(row)[1], true) + ",\n"
                + table.risk(events, "persistence", row -> -rows.get(row).last(), false) + ",\n"
                + table.risk(events, "meanOfLast24h", row -> -rows.get(row).mean24(), false) + ",\n"
                + table.risk(events, "minimumOfLast24h", row -> baselines.risk(rows.get(row)), true) + ",\n"
                + table.risk(events, "climatology", row -> -baselines.climatology(rows.get(row)), false)
                + ",\n"
                + table.risk(events, "frequencyInTraining", row -> baselines.frequency(), true)
                + "\n      }\n    }";
    }

    private List<float[]> run(List<ForecastRow> rows) throws ModelFailed {
        List<Window> windows = rows.stream().map(ForecastRow::window).toList();
        List<float[]> given = new ArrayList<>();
        for (int from = 0; from < windows.size(); from += Model.WINDOWS_MAX) {
            int to = Math.min(from + Model.WINDOWS_MAX, windows.size());
            given.addAll(List.of(model.run(windows.subList(from, to))));
        }
        return given;
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /** Scores of one site's rows. */
    private record Table(List<ForecastRow> rows) {
        String level(List<Integer> chosen, String name, ToDoubleFunction<Integer> forecast) {
            double[] truth = chosen.stream().mapToDouble(row -> rows.get(row).after6()).toArray();
            double[] said = chosen.stream().mapToDouble(forecast).toArray();
            return "        \"" + name + "\": {\"mae\": " + number(Scores.meanAbsoluteError(said, truth))
                    + ", \"rmse\": " + number(Scores.rootMeanSquaredError(said, truth)) + "}";
        }

        String risk(List<Integer> chosen, String name, ToDoubleFunction<Integer> score,
                boolean isProbability) {
            boolean[] event = new boolean[chosen.size()];
            for (int index = 0; index < event.length; index++) {
                event[index] = rows.get(chosen.get(index)).isEvent();
            }
            double[] said = chosen.stream().mapToDouble(score).toArray();
            String brier = isProbability ? ", \"brier\": " + number(Scores.brier(said, event)) : "";
            return "        \"" + name + "\": {\"auc\": " + number(Scores.areaUnderRoc(said, event))
                    + ", \"averagePrecision\": " + number(Scores.averagePrecision(said, event)) + brier
                    + "}";
        }
    }
}
