package suimon.backhaul;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.LinkConfig;
import suimon.config.UplinkConfig.Lane;

/**
 * One way to the hub: a link with a thread of its own, which alone waits for it, so that a dead link
 * never holds up another. What is said of its state belongs to the uplink's thread.
 */
final class Way implements AutoCloseable {
    /** Messages handed over and not yet taken by the link; more would let an alarm wait behind them. */
    private static final int QUEUED_MAX = 2;
    private static final int ALARMS_QUEUED_MAX = 64;
    private static final byte[] RESET = new byte[0];
    private static final Logger LOGGER = LoggerFactory.getLogger(Way.class);

    private final String name;
    private final @Nullable LinkConfig terms;
    private final Timing timing;
    private final Link link;
    private final Meter meter;
    private final Runnable bell;
    private final LinkedBlockingDeque<byte[]> queue = new LinkedBlockingDeque<>();
    private final Thread thread;
    private final Backoff backoff;
    private final WayFigures figures = new WayFigures();
    private final Map<Lane, Long> floors = new EnumMap<>(Lane.class);
    private volatile @Nullable LinkDown failure;
    private volatile boolean isClosing;
    private boolean isGreeted;
    private boolean isSettled;
    private boolean hasBeenLost;
    private int call;
    private long helloAt;
    private long settleAt;
    private long quietUntil;
    private String state = "connecting";
    private @Nullable Instant lastConfirmedAt;

    /**
     * @param terms what the site says of the link; null where the uplink has only one, over all the system routes
     * @param opener makes the link, which hands each answer to what it is given
     * @param meter counts what goes and comes
     * @param answers takes them; never blocks
     * @param bell rung when the uplink's thread has something to look at
     */
    Way(String name, @Nullable LinkConfig terms, Timing timing, Backoff backoff, long now,
            Function<Consumer<byte[]>, Link> opener, Meter meter, Consumer<byte[]> answers, Runnable bell) {
        this.name = name;
        this.terms = terms;
        this.timing = timing;
        this.backoff = backoff;
        this.bell = bell;
        this.quietUntil = now;
        this.meter = meter;
        this.link = opener.apply(answer -> {
            meter.received(answer.length);
            answers.accept(answer);
        });
        this.thread = Thread.ofVirtual().name("suimon-way-" + name).start(this::run);
    }

    String name() {
        return name;
    }

    WayFigures figures() {
        return figures;
    }

    Backoff backoff() {
        return backoff;
    }

    @Nullable LinkConfig terms() {
        return terms;
    }

    /** Whether a message can be handed over without waiting. */
    boolean hasRoom(boolean isAlarm) {
        return queue.size() < (isAlarm ? ALARMS_QUEUED_MAX : QUEUED_MAX);
    }

    /** Hands a message to the link's thread; an alarm, or a call, goes before what waits there. */
    void send(byte[] message, @Nullable Lane lane) {
        figures.sent(message.length);
        meter.sent(lane, message.length);
        if (lane == Lane.P0 || lane == null) {
            queue.addFirst(message);
        } else {
            queue.addLast(message);
        }
    }

    private void run() {
        while (!isClosing) {
            try {
                byte[] message = queue.takeFirst();
                if (message == RESET) {
                    link.reset();
                } else {
                    link.send(message);
                    bell.run();
                }
            } catch (LinkDown down) {
                failure = down;
                queue.removeIf(message -> message != RESET);
                bell.run();
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    /** Why the link could not take something, once; null when there is nothing to say. */
    @Nullable LinkDown takeFailure() {
        LinkDown down = failure;
        failure = null;
        return down;
    }

    /** Greeted the hub, which answered; good for whatever has nothing better. */
    boolean isUsable() {
        return isGreeted;
    }

    /** Usable, and for long enough after a loss. */
    boolean isSettled() {
        return isSettled;
    }

    boolean isCalling() {
        return helloAt != 0;
    }

    int call() {
        return call;
    }

    /** How long the hub has not answered the last call. */
    Duration calledFor(long now) {
        return helloAt == 0 ? Duration.ZERO : Duration.ofNanos(now - helloAt);
    }

    /** Whether a call is due: at first, after a wait since a loss, and to prove itself once more after that. */
    boolean isCallDue(long now) {
        return helloAt == 0 && !isSettled && now >= (isGreeted ? settleAt : quietUntil);
    }

    /** @param confirmed what each lane had confirmed when the call was made: an answer that says less is a loss */
    void called(int number, long now, Map<Lane, Long> confirmed) {
        call = number;
        helloAt = now == 0 ? 1 : now;
        floors.clear();
        floors.putAll(confirmed);
    }

    /** Whether an answer to the call that says so little means that the hub has lost something. */
    boolean isLoss(Lane lane, long number) {
        return number < floors.getOrDefault(lane, 0L);
    }

    /** The hub answered the call; true when it is the first since a loss. */
    boolean answered(long now) {
        figures.roundTrip(Duration.ofNanos(now - helloAt));
        helloAt = 0;
        boolean isFirst = !isGreeted;
        isSettled = !isFirst || !hasBeenLost || holdFor().isZero();
        isGreeted = true;
        settleAt = now + holdFor().toNanos();
        state = "up";
        return isFirst;
    }

    /** The hub confirmed something that went this way. */
    void confirmed(Instant at) {
        lastConfirmedAt = at;
        state = "up";
        backoff.reset();
    }

    /** Nothing is sent for a while, then it is called again. */
    void lose(String uplink, String why, Duration quiet, long now) {
        if (isGreeted || !state.equals(why)) {
            LOGGER.warn("uplink {}{}: {}; next try in {} s", uplink, terms == null ? "" : " over " + name, why,
                    quiet.toMillis() / 1e3);
        }
        hasBeenLost = true;
        isGreeted = false;
        isSettled = false;
        helloAt = 0;
        state = why;
        quietUntil = now + quiet.toNanos();
        queue.clear();
    }

    /** Hangs up once the link's thread comes to it. */
    void reset() {
        queue.addFirst(RESET);
    }

    /** The hub must be asked again, though nothing was wrong with the link. */
    void greetAnew() {
        isGreeted = false;
        isSettled = false;
        helloAt = 0;
        hasBeenLost = false;
    }

    /** How long until something falls due without an answer; null when nothing will. */
    @Nullable Duration untilDue(long now) {
        if (helloAt != 0) {
            return patience().minusNanos(now - helloAt);
        }
        return isSettled ? null : Duration.ofNanos((isGreeted ? settleAt : quietUntil) - now);
    }

    /** The hub answers within this, or the way counts as lost: longer while large frames take their time. */
    Duration patience() {
        Duration scaled = figures.lastTook().multipliedBy(4);
        Duration least = terms == null ? timing.answerWithin() : terms.answersWithin();
        return scaled.compareTo(least) > 0 ? scaled : least;
    }

    /** An alarm that is not confirmed within this goes another way too. */
    Duration alarmPatience() {
        Duration measured = figures.smoothRoundTrip().multipliedBy(3).plusMillis(500);
        Duration least = terms == null ? timing.answerWithin() : terms.profile().alarmPatience();
        return measured.compareTo(least) > 0 ? measured : least;
    }

    Duration heartbeat() {
        Duration own = terms == null ? Duration.ZERO : terms.profile().heartbeat();
        return own.compareTo(timing.heartbeat()) > 0 ? own : timing.heartbeat();
    }

    /** The largest frame that is good for this way. */
    long frameBytesMax() {
        return terms == null ? Long.MAX_VALUE : terms.frameBytes();
    }

    UplinkStatus.WayStatus status() {
        return new UplinkStatus.WayStatus(name, terms == null ? null : terms.profile(), state, isGreeted,
                lastConfirmedAt, figures.smoothRoundTrip(), figures.bytesPerSecond(), figures.sentBytes(),
                figures.messages(), figures.resent());
    }

    private Duration holdFor() {
        return terms == null ? Duration.ZERO : terms.holdsFor();
    }

    @Override
    public void close() {
        isClosing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        link.close();
    }
}
