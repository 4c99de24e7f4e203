package suimon.hub;

import java.util.List;
import suimon.reading.Series;
import suimon.store.Sequenced;

/**
 * A second consumer of what gateways deliver, beside the hub's own store, which is always first.
 * Each sink is a cursor over each gateway's log: it may be behind, and sees an entry again after a
 * crash.
 */
public interface Sink extends AutoCloseable {
    /** Names its cursors; unique in one hub. */
    String name();

    /**
     * Takes entries of one gateway in the order of its log at the hub; returns when they are safe.
     *
     * @param series looks up the hub's series numbers that the entries use
     * @throws SinkBehind when it can't now; the same entries come again later
     */
    void take(String gateway, List<Sequenced> entries, java.util.function.IntFunction<Series> series)
            throws SinkBehind, InterruptedException;

    @Override
    void close();

    /** A sink can't take more now: the message says why. */
    final class SinkBehind extends Exception {
        private static final long serialVersionUID = 1;

        public SinkBehind(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
