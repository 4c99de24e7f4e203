package suimon.backhaul;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import suimon.config.DataSize;
import suimon.config.LanePolicy;

/**
 * What a lane has spent of its budgets: bytes of all its messages, resent ones included. Days and months are
 * those of UTC. Kept with the lane's next commit, so a kill forgets at most the messages on their way. For the
 * uplink's thread only.
 */
final class Spending {
    private final LanePolicy policy;
    private final Clock clock;
    private long day;
    private long ofDay;
    private long ofMonth;

    Spending(LanePolicy policy, Clock clock) {
        this.policy = policy;
        this.clock = clock;
    }

    /** Whether there is anything to count. */
    boolean isLimited() {
        return policy.perDay() != null || policy.perMonth() != null;
    }

    /** @param kept as {@link #toBytes} gave them; null when there was nothing */
    void load(byte @Nullable [] kept) {
        ByteBuffer bytes = ByteBuffer.wrap(kept == null || kept.length != 3 * Long.BYTES
                ? new byte[3 * Long.BYTES] : kept);
        day = bytes.getLong();
        ofDay = bytes.getLong();
        ofMonth = bytes.getLong();
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(3 * Long.BYTES).putLong(day).putLong(ofDay).putLong(ofMonth).array();
    }

    void add(long bytes) {
        turn();
        ofDay += bytes;
        ofMonth += bytes;
    }

    /** Whether something may still be cut today. */
    boolean hasLeft() {
        turn();
        return isBelow(ofDay, policy.perDay()) && isBelow(ofMonth, policy.perMonth());
    }

    private static boolean isBelow(long spent, @Nullable DataSize budget) {
        return budget == null || spent < budget.bytes();
    }

    /** Begins anew with another day or month; a clock that goes back does not give anything back. */
    private void turn() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (today.toEpochDay() <= day) {
            return;
        }
        LocalDate before = LocalDate.ofEpochDay(day);
        ofMonth = before.getYear() == today.getYear() && before.getMonth() == today.getMonth() ? ofMonth : 0;
        ofDay = 0;
        day = today.toEpochDay();
    }
}
