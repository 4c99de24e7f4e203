package suimon.backhaul;

/**
 * One way to one hub. It carries messages both ways and may lose, repeat and reorder them: numbers
 * and resending are the {@link Uplink}'s affair. One thread sends; answers come on any thread.
 *
 * <p>A link connects by itself when something is sent, and never sends on its own account: a link
 * that is paid by the byte is probed only by traffic that is due. It waits and retries nothing;
 * the uplink backs off.
 */
public interface Link extends AutoCloseable {
    /** No message is longer: the largest frame that can be configured and its envelope. */
    int MESSAGE_BYTES_MAX = (4 << 20) + 1024;

    /**
     * Takes one message for the hub. Returns when the link has taken it, which says nothing about
     * the hub having it; blocks while the link has no room, at most for its own time limit.
     *
     * @throws LinkDown when the hub can't be reached, or an earlier message turned out to be lost;
     *     the next call tries to connect anew
     */
    void send(byte[] message) throws LinkDown, InterruptedException;

    /** Hangs up; the next {@link #send} connects anew. Called after a silence. */
    void reset();

    /** Hangs up for good and frees everything. Answers that come later are dropped. */
    @Override
    void close();
}
