package suimon.backhaul;

import org.jspecify.annotations.Nullable;

/** A frame that is cut and not yet confirmed. For the uplink's thread only. */
final class Outgoing {
    final FrameRow row;
    /** Null after a restart, until it is cut again. */
    byte @Nullable [] piece;
    /** By the ticker; 0 while it waits to be sent. */
    long sentAtNanos;
    /** Which way it went last; null before that. */
    @Nullable Way via;

    Outgoing(FrameRow row, byte @Nullable [] piece) {
        this.row = row;
        this.piece = piece;
    }
}
