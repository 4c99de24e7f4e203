package suimon.backhaul;

import java.security.SecureRandom;

/** Names this process, so that a hub can tell a gateway that was started again from a second one with its id. */
final class Instance {
    /** Random, never 0, which stands for a gateway that does not say. */
    static final long ID = new SecureRandom().nextLong() | 1;

    private Instance() {}
}
