package suimon.connector.mqtt;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile;

/** Who may connect. */
@FunctionalInterface
interface Login {
    /** Everybody; only ever used on loopback. */
    Login ANYBODY = (name, password) -> true;

    /** Whether the name and password belong together; slow on purpose, so never on an event loop. */
    boolean check(String name, String password) throws IOException;

    /** Those in the file, whatever their role; everybody when there is no file. */
    static Login of(@Nullable Path users) {
        if (users == null) {
            return ANYBODY;
        }
        CredentialFile file = new CredentialFile(users);
        return (name, password) -> file.check(name, password).isPresent();
    }
}
