package suimon.model;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import suimon.pipeline.Contract;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelPackage;
import suimon.pipeline.ModelRefused;

/** A described package whose native part is not loaded yet. */
public final class OnnxPackage implements ModelPackage {
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
            return OnnxModel.open(contract, bytes);
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
