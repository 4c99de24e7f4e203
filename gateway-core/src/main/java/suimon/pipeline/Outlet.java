package suimon.pipeline;

import java.util.List;
import java.util.function.Supplier;

/**
 * A source that also lets others listen to what the gateway knows: values, results and alarms, all
 * below {@code suimon/}. Safe for many threads.
 */
public interface Outlet {
    /** Everything the gateway says is below this. */
    String PREFIX = "suimon/";

    /** What the gateway speaks of. */
    enum Section {
        /** What models give, at once; see the message's {@code provisional}. */
        RESULTS,
        /** Readings and outputs of models, after their commit. */
        VALUES,
        /** What became of alarms, after its commit. */
        ALARMS,
        /** Which recordings loggers are asked for, see {@link CaptureJobs}. */
        CAPTURES;

        private final String below = PREFIX + name().toLowerCase(java.util.Locale.ROOT) + "/";

        /** What its topics begin with, such as {@code suimon/results/}. */
        public String below() {
            return below;
        }
    }

    /** One message; the payload must not be changed any more. */
    record Message(String topic, byte[] payload) {}

    /** Whether anybody listens there; asked before anything is encoded. Cheap. */
    boolean isWanted(Section section);

    /**
     * Where to ask for the alarms that stand, which whoever subscribes to alarms is told at once.
     * Called once before anybody listens; asked on a thread that may wait a moment.
     */
    default void standing(Supplier<List<Message>> alarms) {}

    /** Hands messages to whoever has subscribed; false when there is no room and they were dropped. */
    boolean publish(List<Message> messages);

    /**
     * The same for one message.
     *
     * @param topic begins with {@link #PREFIX}
     * @param retained whether later subscribers get it at once as the topic's newest
     */
    boolean publish(String topic, byte[] payload, boolean retained);
}
