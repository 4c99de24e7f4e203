package suimon.hub;

/**
 * The server side of a link: one address that gateways reach the hub at. Opened by its
 * {@link GateFactory}, started once, closed once.
 *
 * <p>For each message it asks {@link Reception#admits} who is talking, hands the bytes to
 * {@link Reception#receive} and sends back what that returns, in any order. It may drop a message
 * at any time: the gateway sends it again.
 */
public interface Gate extends AutoCloseable {
    /** The configured name. */
    String name();

    /**
     * Begins to listen and returns.
     *
     * @throws GateFailed when it can never work as configured, such as a port that is taken
     */
    void start() throws GateFailed;

    /** Where it can be reached, for the log and the page, such as {@code https://0.0.0.0:8443}. */
    String address();

    /** Ends the connections of a gateway that is not admitted any more as it was; any thread. */
    void cutOff(String gateway);

    /** Stops listening. A message that is being received is finished or dropped. */
    @Override
    void close();
}
