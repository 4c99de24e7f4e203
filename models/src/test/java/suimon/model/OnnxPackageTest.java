package suimon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFactory;
import suimon.pipeline.ModelRefused;
import suimon.reading.Words;

class OnnxPackageTest {
    private static final Path PACKAGE = Path.of("packages", "hypoxia");

    @TempDir
    Path folder;

    @BeforeEach
    void copyThePackage() throws IOException {
        Files.createDirectories(folder.resolve("hypoxia/selftest"));
        for (String file : List.of("package.yaml", "model.onnx", "evaluation.json", "selftest/vectors.csv")) {
            Files.copy(PACKAGE.resolve(file), folder.resolve("hypoxia").resolve(file));
        }
    }

    @Test
    void everyShippedPackageLoadsFromBesideTheClasses() throws Exception {
        for (ModelFactory factory : ServiceLoader.load(ModelFactory.class)) {
            for (String name : factory.shipped()) {
                try (Model model = factory.open(name, null).load()) {
                    assertThat(model.contract().name()).isEqualTo(name);
                }
            }
        }
        assertThat(new OnnxFactory().shipped()).containsExactlyElementsOf(folders());
    }

    @Test
    void thePageGetsItsTitleAndItsErrorBesideTheSimplestForecast() throws Exception {
        OnnxPackage hypoxia = OnnxFactory.describe("hypoxia", folder);

        assertThat(hypoxia.title().ja()).isEqualTo("溶存酸素の予測");
        assertThat(hypoxia.evaluation()).isEqualTo(new Words(
                "試験での平均誤差 0.5878(直近24時間の平均では 0.6500)",
                "mean error in the test 0.5878 (the mean of the last 24 h: 0.6500)"));
    }

    @Test
    void itIsNamedWithoutLoadingAnythingNative() throws Exception {
        write("model.onnx", "not a model");

        assertThat(OnnxFactory.describe("hypoxia", folder).identity()).isEqualTo("hypoxia 1.0.0");
    }

    @Test
    void aCorruptedVectorIsRefusedWithBothNumbers() throws Exception {
        String text = read("selftest/vectors.csv");
        int place = text.indexOf("\noutputs,") + 9;
        write("selftest/vectors.csv", text.substring(0, place) + "9" + text.substring(place));

        assertThatThrownBy(this::load).isInstanceOf(ModelRefused.class)
                .hasMessageContainingAll("vectors.csv, case 1, output oxygen-6h: this box gives ",
                        ", expected 9", "within 0.001");
    }

    @Test
    void vectorsOfAnotherLengthAreRefusedWithTheirLine() throws Exception {
        String text = read("selftest/vectors.csv");
        write("selftest/vectors.csv", text.replaceFirst("\ntime,", "\ntime,1,"));

        assertThatThrownBy(this::load).isInstanceOf(ModelRefused.class)
                .hasMessageContaining("vectors.csv:3: found time with 3 numbers, expected time with 2");
    }

    @Test
    void aModelThatIsNotTheOneDescribedIsRefused() throws Exception {
        byte[] model = Files.readAllBytes(folder.resolve("hypoxia/model.onnx"));
        model[model.length / 2] ^= 1;
        Files.write(folder.resolve("hypoxia/model.onnx"), model);

        assertThatThrownBy(this::load).isInstanceOf(ModelRefused.class)
                .hasMessageContainingAll("model.onnx: SHA-256 is ", "copy the package again");
    }

    @Test
    void whatIsNoModelIsRefusedByTheRuntime() throws Exception {
        write("model.onnx", "not a model");
        String yaml = read("package.yaml");
        String hash = OnnxPackage.sha256("not a model".getBytes(StandardCharsets.UTF_8));
        write("package.yaml", yaml.replaceFirst("modelSha256: .*", "modelSha256: \"" + hash + "\""));

        assertThatThrownBy(this::load).isInstanceOf(ModelRefused.class)
                .hasMessageContaining("ONNX Runtime can't load it on this box");
    }

    @Test
    void aDescriptionWithOtherShapesThanTheModelIsRefused() throws Exception {
        write("package.yaml", read("package.yaml").replace("steps: 48", "steps: 47"));
        write("selftest/vectors.csv", shorter(read("selftest/vectors.csv")));

        assertThatThrownBy(this::load).isInstanceOf(ModelRefused.class)
                .hasMessageContainingAll("found window as ", "expected float32 [-1, 47, 3]");
    }

    @Test
    void allMistakesOfADescriptionAreNamedAtOnce() throws Exception {
        write("package.yaml", read("package.yaml").replace("steps: 48", "steps: many")
                .replace("unit: mg/L", "unit: furlong").replace("licence: Apache", "license: Apache"));

        assertThatThrownBy(() -> OnnxFactory.describe("hypoxia", folder)).isInstanceOf(ModelRefused.class)
                .hasMessageContainingAll("steps", "'many'", "furlong", "license");
    }

    @Test
    void aPackageThatIsNotThereSaysWhatWasExpected() {
        assertThatThrownBy(() -> OnnxFactory.describe("red-tide", folder)).isInstanceOf(ModelRefused.class)
                .hasMessageContaining("expected a folder red-tide with package.yaml and model.onnx");
        assertThatThrownBy(() -> OnnxFactory.describe("../secret", folder)).isInstanceOf(ModelRefused.class)
                .hasMessageContaining("small letters, digits and dashes");
    }

    @Test
    void everyProposedAlarmTellsWhatToDoInBothLanguages() throws Exception {
        assertThat(OnnxFactory.describe("hypoxia", folder).description().alarms()).isNotEmpty()
                .allSatisfy(alarm -> assertThat(alarm.action().ja()).isNotEqualTo(alarm.action().en()))
                .allSatisfy(alarm -> assertThat(alarm.message()).isNotNull());
    }

    private void load() throws Exception {
        new OnnxFactory().open("hypoxia", folder).load().close();
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve("hypoxia").resolve(file));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve("hypoxia").resolve(file), text);
    }

    /** Takes one step of three channels from the windows. */
    private static String shorter(String text) {
        return text.replaceAll("(?m)^(values|mask),[^,]*,[^,]*,[^,]*,", "$1,");
    }

    private static List<String> folders() throws IOException {
        try (Stream<Path> found = Files.list(Path.of("packages"))) {
            return found.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
