package suimon.pipeline;

/**
 * A source that also lets others listen to what the gateway knows: values, results and alarms, all
 * below {@code suimon/}. Safe for many threads.
 */
public interface Outlet {
    /** Everything the gateway says is below this. */
    String PREFIX = "suimon/";

    /**
     * Hands a message to whoever has subscribed; false when there is no room and it was dropped.
     *
     * @param topic begins with {@link #PREFIX}
     * @param retained whether later subscribers get it at once as the topic's newest
     */
    boolean publish(String topic, byte[] payload, boolean retained);
}
