package suimon.connector.http;

/**
 * Bounds of the JDK's HTTP server that it reads from system properties when the first one is made: it
 * has none of its own for connections and for how long a request may take. What is set already stays. Heads have a
 * tighter bound, see {@link RequestThreads}.
 */
final class ServerBounds {
    /** Connections of one server; further ones are closed at once. */
    static final int CONNECTIONS_MAX = 512;

    /** A request that is not whole by then is closed; longer than any {@code bodyWithin} and any frame takes. */
    static final int REQUEST_SECONDS_MAX = 900;

    private ServerBounds() {}

    /** Before the first server is made. */
    static void set() {
        set("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
        set("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
    }

    private static void set(String property, int bound) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, String.valueOf(bound));
        }
    }
}
