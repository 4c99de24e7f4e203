package suimon.model;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelRefused;
import suimon.pipeline.Window;

/**
 * The hypoxia forecasts of a whole NERRS file as its evaluation gets them: what a gateway that was
 * fed the same readings, in their order and with local standard time EST, must have issued.
 */
public final class ReferenceForecasts {
    private ReferenceForecasts() {}

    /**
     * Every forecast by issue time; the outputs in the order of the contract.
     *
     * @param station a water-quality file such as {@code apacpwq.csv.gz}
     * @param packages the folder of packages; null for the one that ships
     */
    public static SortedMap<Instant, float[]> of(Path station, @Nullable Path packages)
            throws IOException, ModelRefused, ModelFailed {
        OnnxPackage hypoxia = OnnxFactory.describe("hypoxia", packages);
        List<Window> windows = new NerrsStation(station).windows(hypoxia.contract());
        SortedMap<Instant, float[]> forecasts = new TreeMap<>();
        try (Model model = hypoxia.load()) {
            for (int from = 0; from < windows.size(); from += Model.WINDOWS_MAX) {
                int to = Math.min(from + Model.WINDOWS_MAX, windows.size());
                float[][] outputs = model.run(windows.subList(from, to));
                for (int index = from; index < to; index++) {
                    Instant at = Instant.ofEpochSecond(NerrsStation.seconds(windows.get(index)));
                    forecasts.put(at, outputs[index - from]);
                }
            }
        }
        return forecasts;
    }
}
