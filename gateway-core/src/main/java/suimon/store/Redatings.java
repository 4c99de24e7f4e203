package suimon.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Redating;

/**
 * Dates readings that were taken before the box knew the time. Entries are never rewritten: who
 * hands readings on reads them through this. A reading that its sender dated keeps that date. For
 * one thread.
 */
public final class Redatings {
    private static final String AHEAD = "ahead";
    private static final String BACK = "back";
    /** One is written a day, and one for each change: far more than a box lives to see. */
    private static final int FIXES_MAX = 20_000;

    /** The readings of a stretch are stamped as exactly as a commit is quick. */
    private static final long SLACK_NANOS = 1_000_000_000L;

    private final Redating redating;
    private final List<Stretch> stretches;
    private final long ahead;
    private final long back;

    /**
     * Readings stored in [from, to) by the gateway's own time were taken {@code shift} nanoseconds later; readings of
     * others may lie there too.
     */
    record Stretch(long from, long to, long shift) {}

    private Redatings(Redating redating, List<Stretch> stretches, long ahead, long back) {
        this.redating = redating;
        this.stretches = List.copyOf(stretches);
        this.ahead = ahead;
        this.back = back;
    }

    /** What the log knows by now. */
    public static Redatings read(Log log, LogReader reader) throws StoreFailed {
        List<UndatedSpells.Spell> spells = UndatedSpells.kept(log);
        long ahead = kept(log, AHEAD);
        long back = kept(log, BACK);
        List<Entry.ClockFix> fixes = new ArrayList<>();
        if (ahead != 0 || back != 0 || !spells.isEmpty()) {
            for (Sequenced found : reader.newest(List.of(Entry.ClockFix.class), FIXES_MAX)) {
                if (found.entry() instanceof Entry.ClockFix fix) {
                    fixes.add(fix);
                }
            }
        }
        Redating redating = new Redating(fixes);
        List<Stretch> stretches = new ArrayList<>();
        for (UndatedSpells.Spell spell : spells) {
            ClockStamp first = spell.first();
            long shift = redating.shift(first);
            if (shift != 0) {
                long lasted = end(first, spells, fixes) - first.monotonicNanos();
                stretches.add(new Stretch(
                        first.utcNanos() - SLACK_NANOS, first.utcNanos() + lasted + SLACK_NANOS, shift));
                ahead = Math.max(ahead, shift);
                back = Math.max(back, -shift);
            }
        }
        stretches.sort(Comparator.comparingLong(Stretch::from));
        return new Redatings(redating, stretches, ahead, back);
    }

    /** By the monotonic clock: the next spell of the boot, or the moment the time was known. */
    private static long end(ClockStamp first, List<UndatedSpells.Spell> spells, List<Entry.ClockFix> fixes) {
        long end = Long.MAX_VALUE;
        for (UndatedSpells.Spell other : spells) {
            long begins = other.first().monotonicNanos();
            if (other.first().boot().equals(first.boot()) && begins > first.monotonicNanos()) {
                end = Math.min(end, begins);
            }
        }
        for (Entry.ClockFix fix : fixes) {
            if (fix.boot().equals(first.boot()) && fix.monotonicNanos() >= first.monotonicNanos()) {
                end = Math.min(end, fix.monotonicNanos());
            }
        }
        return end;
    }

    /**
     * The time is known and the clock is moved: how far re-dated readings may stand from their
     * dates, so that questions by time find them. For the commit of the fix.
     */
    public static List<Change> widened(Log log, long shiftNanos) {
        String key = shiftNanos > 0 ? AHEAD : BACK;
        long far = Math.abs(shiftNanos);
        return far <= kept(log, key) ? List.of()
                : List.of(new Change.Keep(UndatedSpells.OWNER, key, ByteBuffer.allocate(8).putLong(far).array()));
    }

    private static long kept(Log log, String key) {
        byte[] bytes = log.kept(UndatedSpells.OWNER).get(key);
        return bytes == null ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    List<Stretch> stretches() {
        return stretches;
    }

    /** Whether both say the same of all that is stored. */
    public boolean isLike(Redatings other) {
        return stretches.equals(other.stretches);
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

    /** The same as {@link LogReader#readings}, by the right times. */
    public Readings readings(LogReader reader, int series, long from, long to, int limit) throws StoreFailed {
        if (stretches.isEmpty()) {
            return reader.readings(series, from, to, limit);
        }
        TimeSorted sorted = new TimeSorted(limit);
        for (Part part : stored(from, to)) {
            reader.visitEntries(List.of(series), part.from, part.to, (sequence, entry) -> {
                if (entry instanceof Entry.Batch batch) {
                    LogReader.visitRows(sequence, within(batch, series, part), series, from, to, sorted);
                } else if (entry instanceof Entry.Regrade regrade && regrade.series() == series) {
                    regrade(sequence, regrade, sorted);
                }
                return true;
            });
        }
        return sorted.toReadings();
    }

    private record Part(long from, long to) {}

    /** Stored times that may hold what is wanted, without overlap. */
    private List<Part> stored(long from, long to) {
        List<Part> wanted = new ArrayList<>();
        wanted.add(new Part(from, to));
        for (Stretch each : stretches) {
            long begin = Math.max(each.from, from - each.shift);
            long end = Math.min(each.to, to - each.shift);
            if (begin < end) {
                wanted.add(new Part(begin, end));
            }
        }
        wanted.sort(Comparator.comparingLong(Part::from));
        List<Part> joined = new ArrayList<>();
        for (Part next : wanted) {
            if (!joined.isEmpty() && next.from <= joined.getLast().to) {
                Part last = joined.removeLast();
                joined.add(new Part(last.from, Math.max(last.to, next.to)));
            } else {
                joined.add(next);
            }
        }
        return joined;
    }

    /** An entry that reaches over two parts is shown with each; every reading must come once. */
    private Readings within(Entry.Batch batch, int series, Part part) {
        Readings.Builder inside = new Readings.Builder(64);
        Readings stored = batch.readings();
        for (int row = 0; row < stored.size(); row++) {
            if (stored.series(row) == series && stored.measured(row) >= part.from && stored.measured(row) < part.to) {
                inside.addRow(stored, row);
            }
        }
        long shift = shift(batch);
        return shift == 0 ? inside.build() : inside.build().moved(shift);
    }

    private void regrade(long sequence, Entry.Regrade regrade, TimeSorted sorted) {
        sorted.regrade(sequence, regrade);
        movedFrom(regrade).forEach(moved -> sorted.regrade(sequence, moved));
    }

    /**
     * A grade given later names its reading by the stored time: the same by what may be the right one. Nothing else
     * of the series is dated to that nanosecond.
     */
    public List<Entry.Regrade> movedFrom(Entry.Regrade regrade) {
        return stretches.stream()
                .filter(each -> regrade.measuredNanos() >= each.from && regrade.measuredNanos() < each.to)
                .map(each -> new Entry.Regrade(regrade.series(), regrade.measuredNanos() + each.shift,
                        regrade.grade(), regrade.test()))
                .toList();
    }
}
