package suimon.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One model instance at one place, or one for all series that match a pattern: with the input
 * {@code {id}} and the outputs {@code scores/{id}} each matching series has windows of its own.
 */
public record ModelConfig(
        @Describe("Unique; appears in results and labels") String name,
        @Describe("The package's name, such as hypoxia") String packageName,
        @Describe("Where packages lie; left out: those that ship with the gateway") @Nullable Path folder,
        @Describe("Input role of the package to series name, or to a pattern such as {pen}/pressure") Map<String, String> inputs,
        @Describe("The output series are named so: prefix/output; may hold the placeholders of the inputs") String outputs)
        implements Named {
    public ModelConfig {
        inputs = Map.copyOf(inputs);
    }
}
