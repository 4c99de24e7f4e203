package suimon.backhaul;

import java.util.List;

/**
 * A destination that speaks another language than Suimon's hub. It is told everything once in the
 * order of the log, and again what it had not confirmed when it failed or the gateway stopped.
 * One thread uses it.
 */
public interface Export extends AutoCloseable {
    /**
     * Tells others; returns when they have it as surely as their protocol can say. Called once a
     * second or oftener: with an empty list when there is nothing new, so that what else is due is done.
     *
     * @throws LinkDown when it can't now; the same comes again later
     */
    void tell(List<Told> news) throws LinkDown, InterruptedException;

    /** Says goodbye as the protocol asks and frees everything. */
    @Override
    void close();
}
