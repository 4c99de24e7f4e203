package suimon.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.AlarmConfig;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.pipeline.Contract;
import suimon.reading.Words;

/** What {@code package.yaml} says. */
public record PackageDescription(
        @Describe("The layout of this file; 1") int format,
        @Describe("The package's name, that of its folder") String name,
        @Describe("Its version") String version,
        @Describe("What an operator calls it") Words title,
        @Describe("What it does and for whom") Words description,
        @Describe("SPDX code of the package's own licence") String licence,
        @Describe("The length of one interval; with steps") @Nullable Duration step,
        @Describe("How many intervals a window has") @Default("0") int steps,
        @Describe("Instead of step and steps: a window is so many newest readings of one series")
                @Default("0")
                int readings,
        @Describe("With readings: the model runs at every so many of them") @Default("0") int every,
        @Describe("What it takes, in the order of the channels") List<Contract.Input> inputs,
        @Describe("What it gives, in the order of the columns") List<Contract.Output> outputs,
        @Describe("Rules that are proposed for the site's alarms; series is an output's name")
                List<AlarmConfig> alarms,
        @Describe("How far self-test outputs may differ") double selftestTolerance,
        @Describe("SHA-256 of model.onnx") String modelSha256,
        @Describe("What the graph calls its tensors; left out, window and outputs") @Nullable Graph graph,
        @Describe("What it was made from") Provenance provenance) {
    /** The only layout there is. */
    public static final int FORMAT = 1;

    public PackageDescription {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        alarms = List.copyOf(alarms);
    }

    /** Names of tensors in a graph that was made without Suimon in mind. */
    public record Graph(
            @Describe("The input that takes the window") @Default("window") String window,
            @Describe("The output with one column per output") @Default("outputs") String outputs) {
        static final Graph USUAL = new Graph("window", "outputs");
    }

    /** Where a package comes from. */
    public record Provenance(String source, String licence, String training, List<SourceFile> files) {
        public Provenance {
            files = List.copyOf(files);
        }
    }

    /** One file the model was trained or tested on. */
    public record SourceFile(String name, String sha256, String use) {}

    /** IllegalArgumentException, with the reason, when the parts don't go together. */
    Contract contract() {
        boolean hasIntervals = step != null || steps != 0;
        boolean hasReadings = readings != 0 || every != 0;
        if (hasIntervals == hasReadings) {
            throw new IllegalArgumentException("a window needs either step and steps or readings and every");
        }
        if (hasReadings && every < 1) {
            throw new IllegalArgumentException("every: found " + every + ", expected 1 or more readings");
        }
        return new Contract(name, version, step == null ? Duration.ZERO : step, hasReadings ? readings : steps,
                every, inputs, outputs);
    }

    Graph tensors() {
        return graph == null ? Graph.USUAL : graph;
    }
}
