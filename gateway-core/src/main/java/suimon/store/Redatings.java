package suimon.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Redating;

/**
 * Dates readings that were taken before the box knew the time. Entries are never rewritten: who
 * hands readings on reads them through this. A reading that its sender dated keeps that date. For
 * one thread.
 */
public final class Redatings {
    private static final String OWNER = "clock";
    private static final String AHEAD = "ahead";
    private static final String BACK = "back";
    /** One is written a day, and one for each change: far more than a box lives to see. */
    private static final int FIXES_MAX = 20_000;

    private final Redating redating;
    private final long ahead;
    private final long back;

    private Redatings(Redating redating, long ahead, long back) {
        this.redating = redating;
        this.ahead = ahead;
        this.back = back;
    }

    /** What the log knows by now. */
    public static Redatings read(Log log, LogReader reader) throws StoreFailed {
        long ahead = kept(log, AHEAD);
        long back = kept(log, BACK);
        List<Entry.ClockFix> fixes = new ArrayList<>();
        if (ahead != 0 || back != 0) {
            for (Sequenced found : reader.newest(List.of(Entry.ClockFix.class), FIXES_MAX)) {
                if (found.entry() instanceof Entry.ClockFix fix) {
                    fixes.add(fix);
                }
            }
        }
        return new Redatings(new Redating(fixes), ahead, back);
    }

    /**
     * The time is known and the clock is moved: how far re-dated readings may stand from their
     * dates, so that questions by time find them. For the commit of the fix.
     */
    public static List<Change> widened(Log log, long shiftNanos) {
        String key = shiftNanos > 0 ? AHEAD : BACK;
        long far = Math.abs(shiftNanos);
        return far <= kept(log, key) ? List.of()
                : List.of(new Change.Keep(OWNER, key, ByteBuffer.allocate(8).putLong(far).array()));
    }

    private static long kept(Log log, String key) {
        byte[] bytes = log.kept(OWNER).get(key);
        return bytes == null ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    /** Where what is wanted from a time on may be stored. */
    public long storedFrom(long from) {
        return from < Long.MIN_VALUE + ahead ? Long.MIN_VALUE : from - ahead;
    }

    /** Where what is wanted up to a time may be stored. */
    public long storedTo(long to) {
        return to > Long.MAX_VALUE - back ? Long.MAX_VALUE : to + back;
    }

    /** What must be added to times by the gateway's clock in this batch. */
    public long shift(Entry.Batch batch) {
        return redating.isEmpty() ? 0 : redating.shift(batch.clock());
    }

    /** The batch with the right times; itself where they are right. */
    public Readings redated(Entry.Batch batch) {
        long shift = shift(batch);
        return shift == 0 ? batch.readings() : batch.readings().moved(shift);
    }
}
