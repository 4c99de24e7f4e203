package suimon.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelRefused;

/** The forecasts that the evaluation scores, by issue time; in this package to reach its parts. */
public final class EvaluationForecasts {
    private EvaluationForecasts() {}

    /** Issue time in seconds since the epoch to one value per output, for a station's whole file. */
    public static Map<Long, float[]> of(Path packages, Path stationFile)
            throws IOException, ModelRefused, ModelFailed {
        OnnxPackage described = OnnxFactory.describe("hypoxia", packages);
        List<ForecastRow> rows = new NerrsStation(stationFile).rows(described.contract());
        Map<Long, float[]> forecasts = new TreeMap<>();
        try (Model model = described.load()) {
            for (int from = 0; from < rows.size(); from += Model.WINDOWS_MAX) {
                List<ForecastRow> part = rows.subList(from, Math.min(from + Model.WINDOWS_MAX, rows.size()));
                float[][] given = model.run(part.stream().map(ForecastRow::window).toList());
                for (int index = 0; index < given.length; index++) {
                    forecasts.put(part.get(index).seconds(), given[index]);
                }
            }
        }
        return forecasts;
    }
}
