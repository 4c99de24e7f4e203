package suimon.pipeline;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds model packages of one format; found with {@link java.util.ServiceLoader}. */
public interface ModelFactory {
    /** The packages that ship with the gateway, by name. */
    List<String> shipped();

    /**
     * Reads a package's description. Loads nothing native.
     *
     * @param folder holds a folder of that name; null for what ships with the gateway
     * @throws ModelRefused when it is missing or wrong, with every problem in the message
     */
    ModelPackage open(String packageName, @Nullable Path folder) throws ModelRefused;
}
