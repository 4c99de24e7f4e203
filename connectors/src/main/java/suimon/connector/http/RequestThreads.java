package suimon.connector.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A virtual thread per request of the JDK's HTTP server. It reads the request's head on that thread, after the handshake
 * of TLS, and has no bound of its own for a head that comes byte by byte: this has one, and the handler says
 * when it is reached. An interrupt closes the channel the thread reads from, which ends the request. Safe for many threads.
 */
final class RequestThreads implements Executor, AutoCloseable {
    /** Handshake and head; a few kilobytes over the narrowest of links take less. */
    static final Duration HEAD_WITHIN = Duration.ofMinutes(1);

    private final Duration headWithin;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("http-request-watch").factory());
    /** As many as there are connections, see {@link ServerBounds#CONNECTIONS_MAX}. */
    private final Map<Thread, Future<?>> heads = new ConcurrentHashMap<>();

    RequestThreads(Duration headWithin) {
        this.headWithin = headWithin;
        // Most are cancelled at once, and would wait out their minute otherwise.
        watch.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable request) {
        threads.execute(() -> {
            Thread self = Thread.currentThread();
            heads.put(self, interruptAfter(headWithin));
            try {
                request.run();
            } finally {
                headIsRead();
            }
        });
    }

    /** The handler runs: from here on what it reads has bounds of its own. */
    void headIsRead() {
        Future<?> end = heads.remove(Thread.currentThread());
        if (end != null) {
            end.cancel(false);
        }
    }

    /** Ends what this thread reads after a time, unless it is cancelled. */
    Future<?> interruptAfter(Duration within) {
        return watch.schedule(Thread.currentThread()::interrupt, within.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        watch.shutdownNow();
    }
}
