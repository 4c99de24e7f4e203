package suimon.pipeline;

/**
 * The bounded queue between the sources and the ingest thread. Safe for many threads.
 *
 * <p>When it is full nothing is taken: a source then refuses or waits as its protocol allows (an
 * MQTT connection with QoS 1 is closed, QoS 0 is dropped) and says so with {@link #refused}.
 */
public interface Inbox {
    /** Takes the delivery, or returns false at once when there is no room. Never blocks. */
    boolean offer(Delivery delivery);

    /** Waits for room; for sources that can hold their sender back. */
    void put(Delivery delivery) throws InterruptedException;

    /** Counts messages of a source that were received but refused for want of room. */
    void refused(String source, long messages);
}
