package suimon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A secret that the file only points at: {@code file:/etc/suimon/hub.token} or {@code env:HUB_TOKEN}.
 * It is read when used and never appears in output.
 *
 * @param source where it is, as written
 */
public record Secret(String source) {
    public Secret {
        if (!source.startsWith("file:") && !source.startsWith("env:")) {
            throw new IllegalArgumentException(
                    "expected file:/path or env:NAME, never the secret itself");
        }
    }

    /** The secret without surrounding white space; IOException says what is missing and where. */
    public String read() throws IOException {
        String where = source.substring(source.indexOf(':') + 1);
        if (source.startsWith("env:")) {
            String found = System.getenv(where);
            if (found == null || found.isBlank()) {
                throw new IOException("the environment has no " + where + "; set it or use file:");
            }
            return found.strip();
        }
        return Files.readString(Path.of(where)).strip();
    }

    @Override
    public String toString() {
        return source;
    }
}
