package suimon.backhaul;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.UplinkStatus.LaneStatus;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Nanos;
import suimon.store.StoreFailed;

/** Decides when a lane cuts, and sends its frames. For the uplink's thread only. */
final class LaneSender {
    /** Frames of all backlogs on a way, or more where they are small; beyond that an alarm would wait behind them. */
    static final int BACKLOG_FRAMES = 2;

    private static final Duration WAITING_EVERY = Duration.ofSeconds(1);

    private final Uplink.Setting setting;
    private final LaneQueue queue;
    private final Turns turns;
    private final ToIntFunction<Way> bulkOn;
    private final Map<Way, Pace> paces = new HashMap<>();
    private long cutAt;
    private boolean isBacklogged = true;
    private long sentBytes;
    private long waiting;
    private long waitingAt;

    LaneSender(Uplink.Setting setting, LaneQueue queue, Turns turns, ToIntFunction<Way> bulkOn, long now) {
        this.setting = setting;
        this.queue = queue;
        this.turns = turns;
        this.bulkOn = bulkOn;
        this.cutAt = now - setting.config().collect().toNanos();
    }

    /** Whether an alarm could have to wait behind its frames. */
    private boolean isBulk() {
        return queue.lane() == Lane.P3 || queue.lane() == Lane.P4;
    }

    /** What is on that way for which an alarm might have to wait, in bytes. */
    int bulkOn(Way way) {
        return isBulk() ? queue.unconfirmed().sentBytes(way) : 0;
    }

    LaneQueue queue() {
        return queue;
    }

    Pace pace(Way way) {
        return paces.computeIfAbsent(way, any -> new Pace(pieceMax(way)));
    }

    private int pieceMax(Way way) {
        int seal = setting.config().seal() == null ? 0 : Seal.OVERHEAD_BYTES;
        return Frame.pieceBytesMax(
                setting.gateway(), Math.min(setting.config().frame().bytes(), way.frameBytesMax()) - seal);
    }

    /** The queue was loaded anew: there may be a backlog. */
    void begin() {
        isBacklogged = true;
    }

    /** Whether it has anything to send; asked where a call alone would cost. */
    boolean hasSomething() throws StoreFailed {
        return !queue.unconfirmed().isEmpty() || queue.hasWaiting(cutoff());
    }

    /** After a loss: what is not confirmed of what went that way waits to be sent again. */
    void lost(Way way) {
        way.figures().resent(queue.unconfirmed().markUnsent(way));
        pace(way).lost();
    }

    /** Sends or cuts one frame; whether it did. */
    boolean serve(Epoch epoch, Way way, long now)
            throws InterruptedException, StoreFailed, Unconfirmed.Changed {
        Unconfirmed unconfirmed = queue.unconfirmed();
        if (unconfirmed.sentCount() >= LaneQueue.UNCONFIRMED_MAX
                || isBulk() && bulkOn.applyAsInt(way) > (BACKLOG_FRAMES - 1) * pace(way).frameBytes()
                || !way.hasRoom(queue.lane() == Lane.P0)) {
            return false;
        }
        Outgoing outgoing = queue.nextToSend();
        if (outgoing != null) {
            send(epoch, outgoing, way);
            return true;
        }
        return queue.hasRoom() && isDue(now) && queue.spending().hasLeft() && cut(way, now);
    }

    private void send(Epoch epoch, Outgoing outgoing, Way way) {
        byte[] piece = outgoing.piece;
        if (piece == null) {
            throw new IllegalStateException("a frame to be sent has its piece");
        }
        FrameRow row = outgoing.row;
        byte[] message = Messages.write(new Frame(setting.gateway(), epoch, queue.lane(), row.number(),
                row.part(), row.parts(), piece));
        // Taken before the link may block: its own slowness is part of the way.
        long sentAt = setting.ticker().nanos();
        way.send(message, queue.lane());
        outgoing.sentAtNanos = sentAt == 0 ? 1 : sentAt;
        outgoing.via = way;
        sentBytes += message.length;
        turns.sent(queue.lane(), message.length);
        queue.spending().add(message.length);
    }

    private boolean cut(Way way, long now) throws InterruptedException, StoreFailed {
        if (queue.hasWaiting(cutoff())) {
            isBacklogged = queue.cut(isBulk() ? pace(way).frameBytes() : pieceMax(way));
            cutAt = now;
            waitingAt = 0;
            return true;
        }
        isBacklogged = false;
        return false;
    }

    private boolean isDue(long now) {
        return switch (queue.lane()) {
            case P0, P1 -> true;
            case P2, P3, P4 -> isBacklogged || now - cutAt >= setting.config().collect().toNanos();
        };
    }

    boolean isQuietFor(Duration patience, long now) {
        return queue.hasRoom() && now - cutAt >= patience.toNanos();
    }

    void cutHeartbeat(Content.Heartbeat heartbeat, Way way, long now) throws InterruptedException {
        queue.cutHeartbeat(heartbeat, pieceMax(way));
        cutAt = now;
    }

    /** When something falls due without anything happening; null when nothing will. */
    @Nullable Duration untilDue(Way way, long now) {
        return switch (queue.lane()) {
            case P0 -> null;
            case P1 -> way.heartbeat().minusNanos(now - cutAt);
            case P2, P3, P4 -> queue.isBehind() && queue.spending().hasLeft()
                    ? setting.config().collect().minusNanos(now - cutAt)
                    : null;
        };
    }

    LaneStatus status(long now) throws StoreFailed {
        if (waitingAt == 0 || now - waitingAt >= WAITING_EVERY.toNanos()) {
            waiting = queue.waiting();
            waitingAt = now;
        }
        return new LaneStatus(queue.lane(), queue.behind(), waiting,
                queue.unconfirmed().size(), queue.state().confirmedNumber(), sentBytes);
    }

    private long cutoff() {
        Duration own = setting.config().policy(queue.lane()).maximumAge();
        Duration age = own == null ? setting.config().maximumAge() : own;
        return age == null ? Long.MIN_VALUE : Nanos.of(setting.clock().instant().minus(age));
    }
}
