package suimon.connector.mqtt;

import java.io.IOException;
import java.nio.file.Path;
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
        CredentialFile file = new CredentialFile(users);
        return (name, password) -> file.check(name, password)
                .map(found -> of(found.role()))
                .orElse(Verdict.REFUSED);
    }

    private static Verdict of(Role role) {
        return switch (role) {
            case DEVICE, INSTALLER -> Verdict.PUBLISHES;
            case OPERATOR, DATA -> Verdict.LISTENS;
        };
    }
}
