package suimon.alarm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;

/**
 * The life of one rule's alarm. Every move returns a new condition and, where a person or the books
 * should know, what happened. Times are measured time in nanoseconds since the epoch.
 *
 * @param occurrence names this activation; empty before the first
 * @param pendingSince since when the evidence has been seen without a break; {@link #NEVER} when not
 * @param clearingSince since when it has been gone without a break; {@link #NEVER} when not
 */
public record Condition(AlarmState state, String occurrence, long pendingSince, long clearingSince) {
    public static final long NEVER = Long.MIN_VALUE;
    public static final Condition NORMAL = new Condition(AlarmState.NORMAL, "", NEVER, NEVER);

    /** A move's outcome: the condition after it and what happened, if anything did. */
    public record Step(Condition condition, Optional<AlarmEvent.Kind> happened) {}

    /** Evidence measured at a moment that is not before the last one's. */
    public Step observe(Rule rule, Evidence evidence, long at) {
        return switch (evidence) {
            case UNDECIDED -> observeUndecided(rule, at);
            case BREACHED -> breached(rule, at);
            case CLEAR -> cleared(rule, at);
        };
    }

    /** A person has seen it; resets a latched alarm whose evidence is gone. */
    public Step acknowledge() {
        if (state.acknowledged() && !(state.latched() && !state.active())) {
            return new Step(this, Optional.empty());
        }
        AlarmState seen = new AlarmState(state.active(), true, true, state.shelved(), state.suppressed(),
                state.outOfService(), state.active() && state.latched());
        return new Step(with(seen), Optional.of(AlarmEvent.Kind.ACKNOWLEDGED));
    }

    private Step observeUndecided(Rule rule, long at) {
        // The deadband holds what is active; a breach that has not lasted long enough is over.
        if (!state.active()) {
            return new Step(new Condition(state, occurrence, NEVER, NEVER), Optional.empty());
        }
        return clearingSince == NEVER ? new Step(this, Optional.empty()) : cleared(rule, at);
    }

    private Step breached(Rule rule, long at) {
        if (state.active()) {
            return new Step(new Condition(state, occurrence, pendingSince, NEVER), Optional.empty());
        }
        // A clock that was set back must not make it wait for years.
        long since = pendingSince == NEVER || pendingSince > at ? at : pendingSince;
        if (at - since < rule.onDelay().toNanos()) {
            return new Step(new Condition(state, occurrence, since, NEVER), Optional.empty());
        }
        AlarmState active = new AlarmState(true, false, false, state.shelved(), state.suppressed(),
                state.outOfService(), rule.latched());
        Condition next = new Condition(active, rule.name() + "@" + at, since, NEVER);
        return new Step(next, Optional.of(AlarmEvent.Kind.ACTIVATED));
    }

    private Step cleared(Rule rule, long at) {
        if (!state.active()) {
            return new Step(new Condition(state, occurrence, NEVER, NEVER), Optional.empty());
        }
        long since = clearingSince == NEVER || clearingSince > at ? at : clearingSince;
        if (at - since < rule.offDelay().toNanos()) {
            return new Step(new Condition(state, occurrence, pendingSince, since), Optional.empty());
        }
        AlarmState gone = new AlarmState(false, state.acknowledged(), state.confirmed(), state.shelved(),
                state.suppressed(), state.outOfService(), state.latched());
        return new Step(new Condition(gone, occurrence, NEVER, NEVER), Optional.of(AlarmEvent.Kind.CLEARED));
    }

    private Condition with(AlarmState next) {
        return new Condition(next, occurrence, pendingSince, clearingSince);
    }

    /** For the store; {@link #ofBytes} reads it. */
    public byte[] toBytes() {
        byte[] name = occurrence.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(1 + 1 + 16 + name.length);
        bytes.put((byte) 1).put((byte) flags()).putLong(pendingSince).putLong(clearingSince).put(name);
        return bytes.array();
    }

    /** Reads what {@link #toBytes} wrote; IllegalArgumentException for another format. */
    public static Condition ofBytes(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        if (stored.length < 18 || bytes.get() != 1) {
            throw new IllegalArgumentException("no alarm condition of format 1");
        }
        int flags = bytes.get();
        AlarmState state = new AlarmState((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0,
                (flags & 8) != 0, (flags & 16) != 0, (flags & 32) != 0, (flags & 64) != 0);
        long pending = bytes.getLong();
        long clearing = bytes.getLong();
        String name = StandardCharsets.UTF_8.decode(bytes).toString();
        return new Condition(state, name, pending, clearing);
    }

    private int flags() {
        return (state.active() ? 1 : 0) | (state.acknowledged() ? 2 : 0) | (state.confirmed() ? 4 : 0)
                | (state.shelved() ? 8 : 0) | (state.suppressed() ? 16 : 0)
                | (state.outOfService() ? 32 : 0) | (state.latched() ? 64 : 0);
    }
}
