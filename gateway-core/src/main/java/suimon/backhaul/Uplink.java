package suimon.backhaul;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.LinkConfig;
import suimon.config.UplinkConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.Ticker;
import suimon.store.CaptureShelf;
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
    private final Ways ways;
    private final Bell bell = new Bell();
    private final ArrayBlockingQueue<Answer> answers = new ArrayBlockingQueue<>(ANSWERS_MAX);
    private final Thread thread;
    private final Thread watcher;
    private volatile boolean isClosing;
    private volatile UplinkStatus status;

    /**
     * What an uplink works with.
     *
     * @param gateway the gateway's id at the hub
     * @param isForwarded whether readings of the series of that name go up, lane P3
     * @param captures what P4 carries; null where there are none
     * @param orders takes what the hub asks for
     * @param alarms takes the gateway's alarms about this uplink to commit them; must not block
     */
    public record Setting(
            UplinkConfig config, String gateway, Log log, Predicate<String> isForwarded,
            Consumer<AlarmEvent> alarms, Clock clock, Ticker ticker, RandomGenerator random,
            Timing timing, @Nullable CaptureShelf captures, OrderTaker orders) {
        /** A gateway that carries out nothing the hub asks for. */
        public Setting(
                UplinkConfig config, String gateway, Log log, Predicate<String> isForwarded,
                Consumer<AlarmEvent> alarms, Clock clock, Ticker ticker, RandomGenerator random, Timing timing,
                @Nullable CaptureShelf captures) {
            this(config, gateway, log, isForwarded, alarms, clock, ticker, random, timing, captures, OrderTaker.NONE);
        }

        /** Without captures: P4 has nothing to carry. */
        public Setting(
                UplinkConfig config, String gateway, Log log, Predicate<String> isForwarded,
                Consumer<AlarmEvent> alarms, Clock clock, Ticker ticker, RandomGenerator random, Timing timing) {
            this(config, gateway, log, isForwarded, alarms, clock, ticker, random, timing, null);
        }
    }

    /** What came back, and over which way. */
    private record Answer(Way way, byte[] message) {}

    /**
     * One way to the hub.
     *
     * @param terms what the site says of the link; null for the only one, over all the system routes
     * @param account counts what goes over the link, with all others that use it; null for nobody
     * @param opener makes the link, which hands each answer of the hub to what it is given
     */
    public record Opening(
            @Nullable LinkConfig terms, @Nullable Meter account, Function<Consumer<byte[]>, Link> opener) {}

    /** With one way only. */
    public Uplink(Setting setting, Function<Consumer<byte[]>, Link> opener) {
        this(setting, List.of(new Opening(null, null, opener)), (link, lane) -> true);
    }

    /**
     * @param openings the preferred way first; at least one
     * @param fare whether a link may carry a lane now; asked on the uplink's thread for all lanes but P0
     */
    public Uplink(Setting setting, List<Opening> openings, BiPredicate<LinkConfig, Lane> fare) {
        this.setting = setting;
        List<Way> opened = new ArrayList<>();
        for (Opening opening : openings) {
            opened.add(open(opening));
        }
        this.ways = new Ways(setting.config(), opened, fare::test);
        String name = setting.config().name();
        this.status = new UplinkStatus(name, "not started", false, null, "", List.of(), List.of());
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
                .filter(LaneQueue::hasCursor)
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
        ways.close();
    }

    private Way open(Opening opening) {
        LinkConfig terms = opening.terms();
        Duration most = terms == null ? setting.timing().backoffMost() : terms.profile().callAgainWithin();
        Backoff backoff = new Backoff(setting.timing().backoffLeast(), most, setting.random());
        // Answers come only after something was sent, so the way is there by then.
        Way[] made = new Way[1];
        made[0] = new Way(terms == null ? setting.config().name() : terms.name(), terms, setting.timing(), backoff,
                setting.ticker().nanos(), opening.opener(), opening.account() == null ? Meter.NONE : opening.account(), answer -> take(made[0], answer), bell::ring);
        return made[0];
    }

    private void take(Way way, byte[] answer) {
        if (answers.offer(new Answer(way, answer))) {
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
            try (Conversation conversation = Conversation.open(setting, ways)) {
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
            for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
                conversation.hear(answer.way(), answer.message());
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
                false, last.lastConfirmedAt(), last.epoch(), last.lanes(), last.ways());
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
