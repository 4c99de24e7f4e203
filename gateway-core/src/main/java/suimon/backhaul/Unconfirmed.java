package suimon.backhaul;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.UplinkConfig.Lane;
import suimon.store.StoreFailed;

/** The frames of one lane between cut and confirmation, by number. For the uplink's thread only. */
final class Unconfirmed {
    private final Lane lane;
    private final Cutter cutter;
    private final ArrayDeque<Outgoing> frames = new ArrayDeque<>();
    private boolean isCutAgain;

    Unconfirmed(Lane lane, Cutter cutter) {
        this.lane = lane;
        this.cutter = cutter;
    }

    /** The log has changed under a frame that was cut: its content can't be made again. */
    static final class Changed extends Exception {
        private static final long serialVersionUID = 1;

        Changed(String message) {
            super(message);
        }
    }

    void replaceBy(Collection<FrameRow> rows) {
        frames.clear();
        rows.forEach(row -> frames.add(new Outgoing(row, null)));
    }

    void add(Collection<Outgoing> cut) {
        frames.addAll(cut);
    }

    int size() {
        return frames.size();
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** All rows up to a number. */
    List<FrameRow> upTo(long number) {
        List<FrameRow> found = new ArrayList<>();
        for (Outgoing frame : frames) {
            if (frame.row.number() <= number) {
                found.add(frame.row);
            }
        }
        return found;
    }

    void removeUpTo(long number) {
        frames.removeIf(frame -> frame.row.number() <= number);
    }

    /** The first that waits to be sent, with its piece; null when there is none. */
    @Nullable Outgoing nextToSend() throws StoreFailed, Changed {
        for (Outgoing frame : frames) {
            if (frame.sentAtNanos == 0) {
                if (frame.piece == null) {
                    cutAgain(frame.row.recipe());
                }
                return frame;
            }
        }
        return null;
    }

    /** Whether the log was read for a frame since the last call. */
    boolean takeCutAgain() {
        boolean was = isCutAgain;
        isCutAgain = false;
        return was;
    }

    /** After a loss: what went that way is sent again; how many frames that are. */
    int markUnsent(Way via) {
        int count = 0;
        for (Outgoing frame : frames) {
            if (frame.sentAtNanos != 0 && frame.via == via) {
                frame.sentAtNanos = 0;
                count++;
            }
        }
        return count;
    }

    /** How long the oldest frame that went that way has been waiting for its confirmation. */
    Duration oldestWait(Way via, long ticks) {
        for (Outgoing frame : frames) {
            if (frame.sentAtNanos != 0 && frame.via == via) {
                return Duration.ofNanos(ticks - frame.sentAtNanos);
            }
        }
        return Duration.ZERO;
    }

    /** The frame that a confirmation is about most; null when it is none of these. */
    @Nullable Outgoing oldest() {
        return frames.peekFirst();
    }

    int sentBytes(Way via) {
        return frames.stream().filter(frame -> frame.sentAtNanos != 0 && frame.via == via && frame.piece != null)
                .mapToInt(frame -> frame.piece == null ? 0 : frame.piece.length).sum();
    }

    int sentCount() {
        return (int) frames.stream().filter(frame -> frame.sentAtNanos != 0).count();
    }

    private void cutAgain(Recipe recipe) throws StoreFailed, Changed {
        isCutAgain = true;
        byte[] packed = cutter.cutAgain(recipe);
        for (Outgoing frame : frames) {
            if (!frame.row.recipe().equals(recipe)) {
                continue;
            }
            byte[] piece = partOf(packed, frame.row.part(), frame.row.parts());
            if (!Arrays.equals(History.hashOf(piece), frame.row.hash())) {
                throw new Changed("frame " + lane + "/" + frame.row.number() + " has other content"
                        + " now: the log or the configuration has changed since it was cut");
            }
            frame.piece = piece;
        }
    }

    /** Parts differ by at most a byte in length, so they follow from packed and parts alone. */
    static byte[] partOf(byte[] packed, int part, int parts) {
        long length = packed.length;
        return Arrays.copyOfRange(
                packed, (int) (length * part / parts), (int) (length * (part + 1) / parts));
    }
}
