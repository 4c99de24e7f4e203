package suimon.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.AlarmConfig;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.pipeline.Contract;
import suimon.pipeline.ModelFactory;
import suimon.pipeline.ModelPackage;
import suimon.pipeline.ModelRefused;

/** Opens packages with a {@code package.yaml} and a {@code model.onnx}. */
public final class OnnxFactory implements ModelFactory {
    @Override
    public List<String> shipped() {
        return List.of("hypoxia");
    }

    @Override
    public ModelPackage open(String packageName, @Nullable Path folder) throws ModelRefused {
        return describe(packageName, folder);
    }

    /** As {@link #open}, with the whole description. */
    static OnnxPackage describe(String packageName, @Nullable Path folder) throws ModelRefused {
        if (!packageName.matches("[a-z0-9][a-z0-9-]{0,63}")) {
            throw new ModelRefused("model package '" + packageName
                    + "': expected a name of small letters, digits and dashes");
        }
        PackageFiles files =
                new PackageFiles(packageName, folder == null ? null : folder.resolve(packageName));
        try {
            String text = new String(files.read("package.yaml"), StandardCharsets.UTF_8);
            PackageDescription description =
                    ConfigFile.description(files.place("package.yaml"), text, PackageDescription.class);
            Contract contract = description.contract();
            check(files, description);
            return new OnnxPackage(files, description, contract);
        } catch (IOException e) {
            throw new ModelRefused("model package " + packageName + ": no " + files.place("package.yaml")
                    + " (" + e.getMessage() + "); expected a folder " + packageName
                    + " with package.yaml and model.onnx", e);
        } catch (ConfigRefused e) {
            throw new ModelRefused(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new ModelRefused(files.place("package.yaml") + ": " + e.getMessage(), e);
        }
    }

    private static void check(PackageFiles files, PackageDescription description) throws ModelRefused {
        List<String> problems = new ArrayList<>();
        if (description.format() != PackageDescription.FORMAT) {
            problems.add("format: found " + description.format() + ", expected 1");
        }
        if (!description.name().equals(files.name())) {
            problems.add("name: found '" + description.name() + "', expected '" + files.name()
                    + "' as the folder");
        }
        List<String> outputs = description.outputs().stream().map(Contract.Output::name).toList();
        for (AlarmConfig alarm : description.alarms()) {
            if (!outputs.contains(alarm.series())) {
                problems.add("alarm " + alarm.name() + ": found series '" + alarm.series()
                        + "', expected one of " + outputs);
            }
        }
        if (!problems.isEmpty()) {
            throw new ModelRefused(files.place("package.yaml") + ": " + String.join("; ", problems));
        }
    }
}
