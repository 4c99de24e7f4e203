package suimon.connector.http;

import java.util.Set;

/** Names and addresses of this machine itself; names are not looked up. */
final class Loopback {
    private static final Set<String> NAMES = Set.of("localhost", "::1", "[::1]", "0:0:0:0:0:0:0:1");

    private Loopback() {}

    static boolean isLoopback(String host) {
        return NAMES.contains(host) || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
