package suimon.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the threads that must not end and ends the process when one does: a defect is never
 * patched over, the service is started again and the log is safe at any instant.
 */
final class Supervisor {
    /** The exit status after a defect; systemd starts the service again. */
    static final int EXIT_DEFECT = 70;

    /** Stopping takes no longer; what is not committed by then was not acknowledged either. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isStopping;
    private volatile int status;

    /** Work that may be interrupted. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Runs the work on a platform thread of that name. */
    Thread start(String name, Work work) {
        Thread thread = Thread.ofPlatform().name(name).start(() -> watch(name, work));
        threads.add(thread);
        return thread;
    }

    /** Waits for a thread to end after it was told to, at most so long. */
    void join(String name, Duration patience) {
        for (Thread thread : threads) {
            if (thread.getName().equals(name)) {
                try {
                    thread.join(patience);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Interrupts a thread and waits for it, at most so long. */
    void interrupt(String name, Duration patience) {
        threads.stream().filter(thread -> thread.getName().equals(name)).forEach(Thread::interrupt);
        join(name, patience);
    }

    /** Says that threads may end from now on. */
    void stopping() {
        isStopping = true;
    }

    /** On SIGTERM and Ctrl-C the calling thread closes everything while the process waits for it. */
    void endOnSignal() {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            end(0);
            try {
                main.join(STOP_PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** Ends the wait of {@link #await}. */
    void end(int with) {
        status = with;
        ended.countDown();
    }

    /** Waits for {@link #end} and returns the exit status. */
    int await() throws InterruptedException {
        ended.await();
        return status;
    }

    private void watch(String name, Work work) {
        try {
            work.run();
            if (!isStopping) {
                LOG.error("thread={} ended although the gateway runs; exiting to be started again", name);
                Runtime.getRuntime().halt(EXIT_DEFECT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            LOG.error("thread={} failed; exiting to be started again", name, e);
            Runtime.getRuntime().halt(EXIT_DEFECT);
        }
    }
}
