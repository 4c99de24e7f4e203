package suimon.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import suimon.reading.ClockStamp;
import suimon.reading.ClockStamp.Trust;
import suimon.reading.Entry;

/**
 * When a gateway recorded without anybody vouching for its time, kept beside the log so that nobody has to search it
 * for such stamps. Within a spell its clock does not step: one stamp stands for all.
 */
public final class UndatedSpells {
    static final String OWNER = "clock";
    private static final String PREFIX = "undated/";
    /** One to a start of a process at most; the oldest is forgotten, and its readings stay where they were stored. */
    static final int SPELLS_MAX = 512;
    /** Stamps of one spell differ by what passes between asking two clocks. */
    private static final long SAME_NANOS = 20_000_000L;

    private UndatedSpells() {}

    /** Its first stamp. */
    record Spell(String key, ClockStamp first) {
        private boolean isOf(ClockStamp stamp) {
            return first.boot().equals(stamp.boot()) && Math.abs(offset(first) - offset(stamp)) <= SAME_NANOS;
        }

        private Change toChange() {
            return new Change.Keep(OWNER, key,
                    ByteBuffer.allocate(16).putLong(first.monotonicNanos()).putLong(first.utcNanos()).array());
        }
    }

    /** What to keep in the commit of readings with these stamps; nothing for spells that are known. */
    public static List<Change> begun(Log log, Collection<ClockStamp> stamps) {
        List<Change> changes = new ArrayList<>();
        if (stamps.stream().noneMatch(stamp -> stamp.trust() == Trust.UNKNOWN)) {
            return changes;
        }
        List<Spell> known = kept(log);
        for (ClockStamp stamp : stamps) {
            Spell spell = known.stream().filter(each -> each.isOf(stamp)).findFirst().orElse(null);
            boolean isEarlier = spell != null && stamp.monotonicNanos() < spell.first.monotonicNanos();
            if (stamp.trust() == Trust.UNKNOWN && (spell == null || isEarlier)) {
                Spell begun = new Spell(spell == null
                        ? PREFIX + stamp.boot() + "/" + offset(stamp) : spell.key, stamp);
                known.remove(spell);
                known.add(begun);
                changes.add(begun.toChange());
            }
        }
        while (known.size() > SPELLS_MAX) {
            Spell oldest = known.stream().min(Comparator.comparingLong(each -> each.first.utcNanos())).orElseThrow();
            known.remove(oldest);
            changes.add(new Change.Keep(OWNER, oldest.key, new byte[0]));
        }
        return changes;
    }

    /** The same of readings that another wrote: a stamp may be of the last of several commits that were put together. */
    public static List<Change> begunBy(Log log, Collection<Entry> entries) {
        List<ClockStamp> stamps = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Batch batch && batch.clock().trust() == Trust.UNKNOWN) {
                ClockStamp clock = batch.clock();
                long earliest = clock.utcNanos();
                for (int row = 0; row < batch.readings().size(); row++) {
                    earliest = Math.min(earliest, batch.readings().received(row));
                }
                stamps.add(new ClockStamp(clock.boot(), clock.monotonicNanos() - (clock.utcNanos() - earliest), earliest,
                        clock.trust()));
            }
        }
        return begun(log, stamps);
    }

    static List<Spell> kept(Log log) {
        List<Spell> spells = new ArrayList<>();
        for (Map.Entry<String, byte[]> kept : log.kept(OWNER).entrySet()) {
            int end = kept.getKey().lastIndexOf('/');
            if (kept.getKey().startsWith(PREFIX) && end > PREFIX.length() && kept.getValue().length == 16) {
                ByteBuffer bytes = ByteBuffer.wrap(kept.getValue());
                spells.add(new Spell(kept.getKey(), new ClockStamp(kept.getKey().substring(PREFIX.length(), end),
                        bytes.getLong(), bytes.getLong(), Trust.UNKNOWN)));
            }
        }
        return spells;
    }

    private static long offset(ClockStamp stamp) {
        return stamp.utcNanos() - stamp.monotonicNanos();
    }
}
