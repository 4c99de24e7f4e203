package suimon.connector.mqtt;

import java.io.IOException;

/** Who may connect. */
@FunctionalInterface
interface Login {
    /** Everybody; only ever used on loopback. */
    Login ANYBODY = (name, password) -> true;

    /** Whether the name and password belong together; slow on purpose, so never on an event loop. */
    boolean check(String name, String password) throws IOException;
}
