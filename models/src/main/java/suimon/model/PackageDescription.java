package suimon.model;

import java.time.Duration;
import java.util.List;
import suimon.config.AlarmConfig;
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
        @Describe("The length of one interval") Duration step,
        @Describe("How many intervals a window has") int steps,
        @Describe("What it takes, in the order of the channels") List<Contract.Input> inputs,
        @Describe("What it gives, in the order of the columns") List<Contract.Output> outputs,
        @Describe("Rules that are proposed for the site's alarms; series is an output's name")
                List<AlarmConfig> alarms,
        @Describe("How far self-test outputs may differ") double selftestTolerance,
        @Describe("SHA-256 of model.onnx") String modelSha256,
        @Describe("What it was made from") Provenance provenance) {
    /** The only layout there is. */
    public static final int FORMAT = 1;

    public PackageDescription {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        alarms = List.copyOf(alarms);
    }

    /** Where a package comes from. */
    public record Provenance(String source, String licence, String training, List<SourceFile> files) {
        public Provenance {
            files = List.copyOf(files);
        }
    }

    /** One file the model was trained or tested on. */
    public record SourceFile(String name, String sha256, String use) {}

    Contract contract() {
        return new Contract(name, version, step, steps, inputs, outputs);
    }
}
