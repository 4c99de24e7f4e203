package suimon.model;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Contract;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelPackage;
import suimon.pipeline.ModelRefused;
import suimon.reading.Words;

/** A described package whose native part is not loaded yet. */
public final class OnnxPackage implements ModelPackage {
    private static final Pattern ERROR_OF_MODEL = Pattern.compile("\"model\": \\{\"mae\": ([0-9.]+)");
    private static final Pattern ERROR_OF_MEAN =
            Pattern.compile("\"meanOfLast24h\": \\{\"mae\": ([0-9.]+)");

    private final PackageFiles files;
    private final PackageDescription description;
    private final Contract contract;

    OnnxPackage(PackageFiles files, PackageDescription description, Contract contract) {
        this.files = files;
        this.description = description;
        this.contract = contract;
    }

    @Override
    public Contract contract() {
        return contract;
    }

    @Override
    public Words title() {
        return description.title();
    }

    @Override
    public @Nullable Words evaluation() {
        try {
            String text = new String(files.read("evaluation.json"), StandardCharsets.UTF_8);
            Matcher model = ERROR_OF_MODEL.matcher(text);
            Matcher simple = ERROR_OF_MEAN.matcher(text);
            if (!model.find() || !simple.find()) {
                return null;
            }
            return new Words(
                    "試験での平均誤差 " + model.group(1) + "(直近24時間の平均では " + simple.group(1) + ")",
                    "mean error in the test " + model.group(1) + " (the mean of the last 24 h: "
                            + simple.group(1) + ")");
        } catch (IOException e) {
            // A package may come without an evaluation; then the page shows none.
            return null;
        }
    }

    /** All that {@code package.yaml} says, the proposed alarms included. */
    public PackageDescription description() {
        return description;
    }

    @Override
    public Model load() throws ModelRefused {
        byte[] bytes = read("model.onnx");
        String found = sha256(bytes);
        if (!found.equals(description.modelSha256())) {
            throw new ModelRefused(files.place("model.onnx") + ": SHA-256 is " + found + ", expected "
                    + description.modelSha256() + "; copy the package again");
        }
        SelfTest selfTest = SelfTest.parse(files.place("selftest/vectors.csv"), contract,
                new String(read("selftest/vectors.csv"), StandardCharsets.UTF_8));
        OnnxModel model = open(bytes);
        try {
            selfTest.prove(model, description.selftestTolerance());
            return model;
        } catch (ModelRefused e) {
            model.close();
            throw e;
        } catch (ModelFailed e) {
            model.close();
            throw new ModelRefused(identity() + ": self-test failed: " + e.getMessage(), e);
        }
    }

    private OnnxModel open(byte[] bytes) throws ModelRefused {
        try {
            return OnnxModel.open(contract, description.tensors(), bytes);
        } catch (OrtException | UnsatisfiedLinkError e) {
            throw new ModelRefused(files.place("model.onnx") + ": ONNX Runtime can't load it on this box: "
                    + e.getMessage(), e);
        }
    }

    private byte[] read(String file) throws ModelRefused {
        try {
            return files.read(file);
        } catch (IOException e) {
            throw new ModelRefused("model package " + identity() + ": can't read " + files.place(file)
                    + " (" + e.getMessage() + "); copy the package again", e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
