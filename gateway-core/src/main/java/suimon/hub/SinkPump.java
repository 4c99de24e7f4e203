package suimon.hub;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/** Brings one gateway's log at the hub to one sink, in order, on a virtual thread of its own. */
final class SinkPump implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SinkPump.class);
    private static final int ENTRIES_AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 1L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int BEHIND_SECONDS_MAX = 60;

    private final String gateway;
    private final Log log;
    private final Sink sink;
    private final String cursor;
    private final Thread thread;
    private volatile boolean isClosing;
    private int failures;

    SinkPump(String gateway, Log log, Sink sink) {
        this.gateway = gateway;
        this.log = log;
        this.sink = sink;
        this.cursor = "sink/" + sink.name();
        this.thread = Thread.ofVirtual()
                .name("suimon-sink-" + sink.name() + "-" + gateway)
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (LogReader reader = log.reader()) {
            long position = log.cursor(cursor).position();
            while (!isClosing) {
                position = pump(reader, position);
            }
        } catch (StoreFailed failed) {
            LOGGER.error("sink {} of {} stops: {}", sink.name(), gateway, failed.getMessage());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private long pump(LogReader reader, long position) throws StoreFailed, InterruptedException {
        List<Sequenced> entries = reader.after(position, ENTRIES_AT_ONCE, BYTES_AT_ONCE);
        if (entries.isEmpty()) {
            log.awaitBeyond(Math.max(position, log.newest()), PATIENCE);
            return position;
        }
        try {
            sink.take(gateway, entries, log::series);
            failures = 0;
        } catch (Sink.SinkBehind behind) {
            LOGGER.warn("sink {} of {}: {}", sink.name(), gateway, behind.getMessage());
            failures = Math.min(failures + 1, 6);
            // It is shown the same again; until then it holds the place alone.
            reader.standAt(() -> position);
            // Nothing wakes it but time: the log's newest is never beyond Long.MAX_VALUE.
            log.awaitBeyond(Long.MAX_VALUE,
                    Duration.ofSeconds(Math.min(BEHIND_SECONDS_MAX, 1L << failures)));
            return position;
        }
        long reached = entries.getLast().sequence();
        log.commit(new Commit(List.of(), List.of(new Change.Advance(cursor, reached, reached + 1))));
        return reached;
    }

    @Override
    public void close() {
        isClosing = true;
        thread.interrupt();
        try {
            if (thread.isAlive()) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
