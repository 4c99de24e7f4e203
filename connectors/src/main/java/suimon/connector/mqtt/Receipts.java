package suimon.connector.mqtt;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the word that something is stored from the log's writer thread to the event loop: one
 * hand-over per batch, whatever the number of messages in it.
 */
final class Receipts {
    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

    private final Context loop;
    private final Runnable drained;
    private List<Runnable> waiting = new ArrayList<>();
    private final List<Runnable> flushes = new ArrayList<>();
    private boolean isScheduled;

    /** Runs what comes in on the loop, and {@code drained} after each batch. */
    Receipts(Context loop, Runnable drained) {
        this.loop = loop;
        this.drained = drained;
    }

    /** Called on any thread. Bounded by what the inbox and the log let through unacknowledged. */
    void add(Runnable acknowledgement) {
        boolean isFirst;
        synchronized (this) {
            waiting.add(acknowledgement);
            isFirst = !isScheduled;
            isScheduled = true;
        }
        if (isFirst) {
            try {
                loop.runOnContext(ignored -> drain());
            } catch (RejectedExecutionException e) {
                // The listener was closed before this commit: its senders are gone and send again.
                LOG.debug("a commit came after the listener was closed");
            }
        }
    }

    /** Runs once after the batch whose receipts are being run; on the loop only. */
    void afterBatch(Runnable flush) {
        flushes.add(flush);
    }

    private void drain() {
        List<Runnable> batch;
        synchronized (this) {
            batch = waiting;
            waiting = new ArrayList<>(batch.size());
            isScheduled = false;
        }
        for (Runnable acknowledgement : batch) {
            acknowledgement.run();
        }
        flushes.forEach(Runnable::run);
        flushes.clear();
        drained.run();
    }
}
