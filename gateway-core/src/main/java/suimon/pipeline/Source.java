package suimon.pipeline;

import java.util.List;
import suimon.config.SourceSettings;

/**
 * Where readings come from: one connection of one kind. Opened by its {@link SourceFactory},
 * started once, closed once.
 *
 * <p>A source owns its threads (virtual ones for blocking calls) and its reconnects; callbacks of
 * its library only offer to the inbox. It acknowledges to its sender when the receipt says so.
 */
public interface Source extends AutoCloseable {
    /** The configured name. */
    String name();

    /**
     * Begins to deliver and returns at once; a world that is not there yet is waited for.
     *
     * @throws SourceLost when it can never work as configured, such as a port that is taken
     */
    void start() throws SourceLost;

    /** When it last moved something forward, and what it is doing; called from any thread. */
    Progress progress();

    /** The devices behind it, those in trouble first; empty where it knows of none. From any thread. */
    default List<DeviceStatus> devices() {
        return List.of();
    }

    /**
     * Takes over settings of the same name that were changed while it runs, as far as it can without
     * a restart. From any thread.
     *
     * @return whether nothing is left that needs a restart
     */
    default boolean adopt(SourceSettings settings) {
        return false;
    }

    /** Stops delivering. Receipts that come later are ignored. */
    @Override
    void close();
}
