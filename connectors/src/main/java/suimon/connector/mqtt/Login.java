package suimon.connector.mqtt;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile;
import suimon.access.Role;

/** Who may connect, and what for. */
@FunctionalInterface
interface Login {
    /** Everybody; only ever used on loopback. */
    Login ANYBODY = (name, password) -> Verdict.PUBLISHES;

    /** What somebody may do at the listener. */
    enum Verdict {
        REFUSED,
        /** May subscribe below {@code suimon/}, and publish nothing. */
        LISTENS,
        /** May publish readings and subscribe. */
        PUBLISHES
    }

    /** Judges a name and a password; slow on purpose, so never on an event loop. */
    Verdict check(String name, String password) throws IOException;

    /** Those in the file by their role; everybody when there is no file. */
    static Login of(@Nullable Path users) {
        if (users == null) {
            return ANYBODY;
        }
        return new OfFile(new CredentialFile(users));
    }

    /**
     * Everybody who may log in, and what changes when role or password do; null where that is not
     * known. Reads a file, so never on an event loop.
     */
    default @Nullable Map<String, String> everybody() throws IOException {
        return null;
    }

    /** Those in a file. */
    record OfFile(CredentialFile file) implements Login {
        @Override
        public Verdict check(String name, String password) throws IOException {
            return file.check(name, password).map(found -> of(found.role())).orElse(Verdict.REFUSED);
        }

        @Override
        public Map<String, String> everybody() throws IOException {
            Map<String, String> all = new HashMap<>();
            file.all().forEach((name, found) -> all.put(name, found.role() + found.hash()));
            return all;
        }
    }

    private static Verdict of(Role role) {
        return switch (role) {
            case DEVICE, INSTALLER -> Verdict.PUBLISHES;
            case OPERATOR, DATA -> Verdict.LISTENS;
        };
    }
}
