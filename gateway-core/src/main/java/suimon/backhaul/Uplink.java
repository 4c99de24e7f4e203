package suimon.backhaul;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.UplinkConfig;
import suimon.reading.AlarmEvent;
import suimon.reading.Ticker;
import suimon.store.Log;
import suimon.store.StoreFailed;

/**
 * Brings the log to one hub: one virtual thread that serves the lanes in strict order of urgency.
 *
 * <p>At every connect it asks what the hub has confirmed. A frame that is not confirmed in time
 * counts as lost: the link is hung up, and after a wait everything not confirmed is sent again;
 * the hub ignores what it has. Loss, repetition and reordering on the way therefore cost time only.
 */
public final class Uplink implements AutoCloseable {
    /** Answers waiting to be looked at; more are dropped, as a lost answer costs only time. */
    static final int ANSWERS_MAX = 64;

    private static final Logger LOGGER = LoggerFactory.getLogger(Uplink.class);
    private static final Duration LOG_PATIENCE = Duration.ofSeconds(1);
    private static final Duration STORE_PAUSE = Duration.ofSeconds(5);

    private final Setting setting;
    private final Link link;
    private final Bell bell = new Bell();
    private final ArrayBlockingQueue<byte[]> answers = new ArrayBlockingQueue<>(ANSWERS_MAX);
    private final Thread thread;
    private final Thread watcher;
    private volatile boolean isClosing;
    private volatile UplinkStatus status;

    /**
     * What an uplink works with.
     *
     * @param gateway the gateway's id at the hub
     * @param isForwarded whether readings of the series of that name go up, lane P3
     * @param alarms takes the gateway's alarms about this uplink to commit them; must not block
     */
    public record Setting(
            UplinkConfig config, String gateway, Log log, Predicate<String> isForwarded,
            Consumer<AlarmEvent> alarms, Clock clock, Ticker ticker, RandomGenerator random,
            Timing timing) {}

    /** @param opener makes the link, which hands each answer of the hub to what it is given */
    public Uplink(Setting setting, Function<Consumer<byte[]>, Link> opener) {
        this.setting = setting;
        this.link = opener.apply(this::take);
        String name = setting.config().name();
        this.status = new UplinkStatus(name, "not started", false, null, "", List.of());
        this.thread = Thread.ofVirtual().name("suimon-uplink-" + name)
                .uncaughtExceptionHandler(this::defect)
                .unstarted(this::run);
        this.watcher = Thread.ofVirtual().name("suimon-uplink-watch-" + name)
                .unstarted(this::watch);
    }

    /**
     * The cursors that must have passed an entry before the destination has it, for
     * {@link Log#requireDelivery}.
     */
    public static Set<String> cursorsOf(UplinkConfig config) {
        return config.lanes().stream()
                .map(lane -> LaneQueue.cursorOf(config.name(), lane))
                .collect(Collectors.toUnmodifiableSet());
    }

    public void start() {
        thread.start();
        watcher.start();
    }

    /** How it stands; from any thread. */
    public UplinkStatus status() {
        return status;
    }

    /** Stops within moments and hangs up. What is not confirmed is sent by the next run. */
    @Override
    public void close() {
        isClosing = true;
        bell.ring();
        thread.interrupt();
        watcher.interrupt();
        try {
            thread.join();
            watcher.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        link.close();
    }

    private void take(byte[] answer) {
        if (answers.offer(answer)) {
            bell.ring();
        }
    }

    private void watch() {
        long seen = 0;
        while (!isClosing) {
            try {
                long newest = setting.log().awaitBeyond(seen, LOG_PATIENCE);
                if (newest > seen) {
                    seen = newest;
                    bell.ring();
                }
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    private void run() {
        while (!isClosing) {
            try (Conversation conversation = Conversation.open(setting, link)) {
                talk(conversation);
            } catch (InterruptedException closing) {
                return;
            } catch (StoreFailed | Malformed failed) {
                LOGGER.error("uplink {}: {}", setting.config().name(), failed.getMessage());
                pause();
            }
        }
    }

    private void talk(Conversation conversation)
            throws InterruptedException, StoreFailed, Malformed {
        while (!isClosing) {
            for (byte[] answer = answers.poll(); answer != null; answer = answers.poll()) {
                conversation.hear(answer);
            }
            Duration patience = conversation.step();
            status = conversation.status();
            if (!patience.isZero()) {
                bell.await(patience);
            }
        }
    }

    /** A defect of ours: said aloud, and the status stays down until the next start. */
    private void defect(Thread stopped, Throwable defect) {
        UplinkStatus last = status;
        status = new UplinkStatus(last.destination(), "stopped by a defect: " + defect.getMessage(),
                false, last.lastConfirmedAt(), last.epoch(), last.lanes());
        LOGGER.error("uplink {}: stopped by a defect in Suimon", last.destination(), defect);
    }

    private void pause() {
        try {
            bell.await(STORE_PAUSE);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

}
