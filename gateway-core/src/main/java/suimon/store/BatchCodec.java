package suimon.store;

import java.util.Collection;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * A batch of readings of many series as one arithmetic code: the clock's stamp, the series and how
 * many readings each has, then times, shapes and values series by series, where neighbours resemble
 * each other. What all series have in common, such as how noisy they are and how late, is learnt
 * across them, since each has few readings. Batches that come sorted by series pay nothing for the
 * order of their rows; others do and come back as they were. Not safe for several threads.
 */
final class BatchCodec {
    /** A batch of more readings is refused. */
    static final int READINGS_MAX = 1 << 20;

    private static final int TRUST_BITS = 2;

    private final ArithmeticEncoder code = new ArithmeticEncoder();

    void write(Entry.Batch batch, ByteWriter to) {
        Readings rows = batch.readings();
        if (rows.size() > READINGS_MAX) {
            throw new IllegalStateException("a batch of " + rows.size() + " readings, at most "
                    + READINGS_MAX + " fit");
        }
        code.clear();
        writeClock(batch.clock(), code);
        code.putNumber(rows.size());
        if (rows.size() > 0) {
            BatchGroups groups = BatchGroups.of(rows);
            groups.write(code);
            Readings grouped = groups.grouped(rows);
            BatchTimes.write(grouped, groups.starts(), code);
            BatchValues.write(grouped, groups.starts(), code);
        }
        code.finish(to);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param wanted a batch without any of these series comes back empty: what series it has stands
     *     first, so that costs a twentieth; none for all
     */
    Entry.Batch read(ByteReader reader, Collection<Integer> wanted) {
        ArithmeticDecoder from = new ArithmeticDecoder(reader.getRaw(reader.remaining()));
        ClockStamp clock = readClock(from);
        long size = from.getNumber();
        if (size < 0 || size > READINGS_MAX) {
            throw new IllegalArgumentException("a batch of " + size + " readings");
        }
        if (size == 0) {
            return new Entry.Batch(Readings.empty(), clock);
        }
        BatchGroups groups = BatchGroups.read((int) size, from);
        if (!wanted.isEmpty() && wanted.stream().noneMatch(groups::has)) {
            return new Entry.Batch(Readings.empty(), clock);
        }
        long[] measured = BatchTimes.readMeasured(groups.starts(), from);
        long[] received = BatchTimes.readReceived(measured, from);
        Readings grouped = BatchValues.read(groups, measured, received, from);
        return new Entry.Batch(groups.ungrouped(grouped), clock);
    }

    static void writeClock(ClockStamp clock, ArithmeticEncoder code) {
        BootName.write(clock.boot(), code);
        code.putSigned(clock.monotonicNanos());
        code.putSigned(clock.utcNanos());
        code.putDirect(clock.trust().ordinal(), TRUST_BITS);
    }

    static ClockStamp readClock(ArithmeticDecoder from) {
        String boot = BootName.read(from);
        long monotonic = from.getSigned();
        long utc = from.getSigned();
        int trust = from.getDirect(TRUST_BITS);
        if (trust >= ClockStamp.Trust.values().length) {
            throw new IllegalArgumentException("a clock of trust " + trust);
        }
        return new ClockStamp(boot, monotonic, utc, ClockStamp.Trust.values()[trust]);
    }
}
