package suimon.backhaul;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.UplinkStatus.LaneStatus;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Nanos;
import suimon.store.StoreFailed;

/** Decides when a lane cuts, and sends its frames. For the uplink's thread only. */
final class LaneSender {
    /** Frames of the backlog on their way; more would let an alarm wait behind them. */
    static final int BACKLOG_SENT_MAX = 2;

    private static final Duration WAITING_EVERY = Duration.ofSeconds(1);

    private final Uplink.Setting setting;
    private final Link link;
    private final LaneQueue queue;
    private final Pace pace;
    private final int pieceMax;
    private long cutAt;
    private boolean isBacklogged = true;
    private long sentBytes;
    private long waiting;
    private long waitingAt;

    LaneSender(Uplink.Setting setting, Link link, LaneQueue queue, long now) {
        this.setting = setting;
        this.link = link;
        this.queue = queue;
        this.pieceMax =
                Frame.pieceBytesMax(setting.gateway(), setting.config().frame().bytes());
        this.pace = new Pace(pieceMax);
        this.cutAt = now - setting.config().collect().toNanos();
    }

    LaneQueue queue() {
        return queue;
    }

    Pace pace() {
        return pace;
    }

    /** The queue was loaded anew: there may be a backlog. */
    void begin() {
        isBacklogged = true;
    }

    /** After a loss: everything not confirmed waits to be sent again. */
    void lost() {
        queue.unconfirmed().markAllUnsent();
        pace.lost();
    }

    /** Sends or cuts one frame; whether it did. */
    boolean serve(Epoch epoch, long now)
            throws LinkDown, InterruptedException, StoreFailed, Unconfirmed.Changed {
        Unconfirmed unconfirmed = queue.unconfirmed();
        int sentMax = queue.lane() == Lane.P3 ? BACKLOG_SENT_MAX : LaneQueue.UNCONFIRMED_MAX;
        if (unconfirmed.sentCount() >= sentMax) {
            return false;
        }
        Outgoing outgoing = queue.nextToSend();
        if (outgoing != null) {
            send(epoch, outgoing);
            return true;
        }
        return queue.hasRoom() && isDue(now) && cut(now);
    }

    private void send(Epoch epoch, Outgoing outgoing) throws LinkDown, InterruptedException {
        byte[] piece = outgoing.piece;
        if (piece == null) {
            throw new IllegalStateException("a frame to be sent has its piece");
        }
        FrameRow row = outgoing.row;
        byte[] message = Messages.write(new Frame(setting.gateway(), epoch, queue.lane(), row.number(),
                row.part(), row.parts(), piece));
        // Taken before the link may block: its own slowness is part of the way.
        long sentAt = setting.ticker().nanos();
        link.send(message);
        outgoing.sentAtNanos = sentAt == 0 ? 1 : sentAt;
        sentBytes += message.length;
    }

    private boolean cut(long now) throws InterruptedException, StoreFailed {
        if (queue.hasWaiting(cutoff())) {
            isBacklogged = queue.cut(queue.lane() == Lane.P3 ? pace.frameBytes() : pieceMax);
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
            case P2, P3 -> isBacklogged || now - cutAt >= setting.config().collect().toNanos();
        };
    }

    boolean isQuietFor(Duration patience, long now) {
        return queue.hasRoom() && now - cutAt >= patience.toNanos();
    }

    void cutHeartbeat(Content.Heartbeat heartbeat, long now) throws InterruptedException {
        queue.cutHeartbeat(heartbeat, pieceMax);
        cutAt = now;
    }

    /** When something falls due without anything happening; null when nothing will. */
    @Nullable Duration untilDue(long now) {
        return switch (queue.lane()) {
            case P0 -> null;
            case P1 -> setting.timing().heartbeat().minusNanos(now - cutAt);
            case P2, P3 -> setting.log().newest() > queue.state().place().sequence()
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
        Duration age = setting.config().maximumAge();
        return age == null ? Long.MIN_VALUE : Nanos.of(setting.clock().instant().minus(age));
    }
}
