package suimon.backhaul;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.UplinkConfig.Lane;

/**
 * A hub's answer, given only after what it confirms is on disk.
 *
 * @param epoch whose numbers these are
 * @param refusal why the message it answers was not taken; null when it was
 * @param call the number of the hello it answers; 0 when it answers a frame
 * @param abilities what the hub can do; {@link Abilities#FIRST} where it doesn't say
 * @param orders what the gateway is asked to do
 */
public record Receipt(
        Epoch epoch, List<Confirmed> confirmed, @Nullable Refusal refusal, int call, Abilities abilities,
        List<Order> orders) {
    public Receipt {
        confirmed = List.copyOf(confirmed);
        orders = List.copyOf(orders);
    }

    /** One that asks for nothing. */
    public Receipt(
            Epoch epoch, List<Confirmed> confirmed, @Nullable Refusal refusal, int call, Abilities abilities) {
        this(epoch, confirmed, refusal, call, abilities, List.of());
    }

    /** One that says nothing about what the hub can do, as to a frame. */
    public Receipt(Epoch epoch, List<Confirmed> confirmed, @Nullable Refusal refusal, int call) {
        this(epoch, confirmed, refusal, call, Abilities.FIRST);
    }

    /** The same, which asks for that too. */
    public Receipt with(List<Order> asked) {
        return asked.isEmpty() ? this : new Receipt(epoch, confirmed, refusal, call, abilities, asked);
    }

    /** Every frame of the lane up to and including the number is committed, with this history. */
    public record Confirmed(Lane lane, long number, History history) {}

    /** Why a frame was not taken; lane and number are 0 where the message was no frame. */
    public record Refusal(Reason reason, @Nullable Lane lane, long number, String text) {}

    /** The codes are those of the .proto. */
    public enum Reason {
        /** Only ever read from a newer hub. */
        UNKNOWN,
        CONFLICT,
        MALFORMED,
        UNAVAILABLE,
        DENIED
    }
}
