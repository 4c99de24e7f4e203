package suimon.store;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import suimon.reading.Readings;

/**
 * What one transaction changed beside its entries, merged, and its binary form.
 *
 * <p>The books' deltas ride on the transaction's last row instead of rows of their own, since every
 * table touched costs a page of 4 KB in the flash. The counts of a series are written as the
 * difference to the readings in the same transaction's batches: nothing at all in the usual case,
 * and still exactly what was declared, so that the ledger can find a wrong declaration.
 */
final class ChangeSet {
    static final int DECODED = 0;
    static final int STORED = 1;
    static final int REPEATED = 2;
    static final int REMOVED = 3;
    static final int EXPIRED = 4;
    static final int SERIES_COUNTS = 5;
    static final int SOURCE_COUNTS = 4;
    static final int LANE_COUNTS = 5;

    /** From 2 on with the entries that sealing merged into others. */
    private static final int VERSION = 2;
    /** Marks the section that only a salvaged log has. */
    private static final int LOSS = 1;
    /** Marks the section of what thinning left out. */
    private static final int THINNED = 2;
    private static final int CHECK_BYTES = 4;

    final SeriesTally series = new SeriesTally(SERIES_COUNTS);
    final Tally<String> sources = new Tally<>(SOURCE_COUNTS);
    final Tally<Books.Lane> lanes = new Tally<>(LANE_COUNTS);
    final Map<String, Cursor> cursors = new LinkedHashMap<>();
    final Map<KeptKey, byte[]> kept = new LinkedHashMap<>();
    /** Readings that damage took, per series; written only where there are any. */
    final Tally<Integer> lost = new Tally<>(1);
    /** Readings that thinning left out, per series; written only where there are any. */
    final Tally<Integer> thinned = new Tally<>(1);
    long removedEntries;
    long mergedEntries;
    long lostEntries;

    /** Where bytes are kept. */
    record KeptKey(String owner, String key) {}

    void add(Change change) {
        switch (change) {
            case Change.Keep keep -> kept.put(new KeptKey(keep.owner(), keep.key()), keep.bytes());
            case Change.Advance advance -> cursors.put(advance.cursor(),
                    new Cursor(advance.cursor(), advance.position(), advance.replayFrom()));
            case Change.SourceCount count -> sources.add(count.source(), count.received(),
                    count.decoded(), count.rejected(), count.refused());
            case Change.SeriesCount count -> series.add(
                    count.series(), count.decoded(), count.stored(), count.repeated());
            case Change.LaneCount count -> lanes.add(
                    new Books.Lane(count.destination(), count.lane()), count.delivered(),
                    count.pending(), count.expired(), count.thinned(), count.unmeant());
        }
    }

    /** Takes the rows of a batch off what is declared as decoded and stored. */
    void subtractRows(Readings rows) {
        visitRuns(rows, (id, run) -> series.add(id, -run, -run));
    }

    /** Shows how many rows of a series follow each other, over and over. */
    static void visitRuns(Readings rows, RunVisitor visitor) {
        int run = 0;
        for (int row = 0; row < rows.size(); row += run) {
            int id = rows.series(row);
            run = 1;
            while (row + run < rows.size() && rows.series(row + run) == id) {
                run++;
            }
            visitor.visit(id, run);
        }
    }

    /** Takes so many rows of a series. */
    interface RunVisitor {
        void visit(int series, long rows);
    }

    boolean isEmpty() {
        return series.isZero() && sources.isZero() && lanes.isZero() && cursors.isEmpty()
                && kept.isEmpty() && removedEntries == 0 && mergedEntries == 0 && thinned.isZero() && !hasLoss();
    }

    byte[] toBytes() {
        ByteWriter to = new ByteWriter(256);
        to.putByte(VERSION);
        series.write(to);
        sources.write(to, (name, out) -> out.putString(name));
        lanes.write(to, (lane, out) -> out.putString(lane.destination()).putString(lane.name()));
        to.putVarint(cursors.size());
        for (Cursor cursor : cursors.values()) {
            to.putString(cursor.name()).putSigned(cursor.position()).putSigned(cursor.replayFrom());
        }
        to.putVarint(kept.size());
        kept.forEach((key, bytes) -> to.putString(key.owner()).putString(key.key()).putBytes(bytes));
        to.putSigned(removedEntries).putSigned(mergedEntries);
        if (hasLoss()) {
            to.putByte(LOSS);
            lost.write(to, (id, out) -> out.putSigned(id));
            to.putSigned(lostEntries);
        }
        if (!thinned.isZero()) {
            to.putByte(THINNED);
            thinned.write(to, (id, out) -> out.putSigned(id));
        }
        return to.putInt(checksum(to.array(), to.size())).toBytes();
    }

    /** IllegalArgumentException when the bytes are damaged. */
    static ChangeSet of(byte[] bytes) {
        int length = bytes.length - CHECK_BYTES;
        if (!isSound(bytes)) {
            throw new IllegalArgumentException("the checksum of its changes is wrong");
        }
        ByteReader from = new ByteReader(bytes, 0, length);
        int version = from.getByte();
        if (version < 1 || version > VERSION) {
            throw new IllegalArgumentException("its changes have format " + version);
        }
        ChangeSet set = new ChangeSet();
        set.series.read(from);
        set.sources.read(from, ByteReader::getString);
        set.lanes.read(from, in -> new Books.Lane(in.getString(), in.getString()));
        for (int left = from.getCount(3); left > 0; left--) {
            Cursor cursor = new Cursor(from.getString(), from.getSigned(), from.getSigned());
            set.cursors.put(cursor.name(), cursor);
        }
        for (int left = from.getCount(3); left > 0; left--) {
            set.kept.put(new KeptKey(from.getString(), from.getString()), from.getBytes());
        }
        set.removedEntries = from.getSigned();
        set.mergedEntries = version >= 2 ? from.getSigned() : 0;
        while (from.remaining() > 0) {
            readSection(from, set);
        }
        return set;
    }

    private static void readSection(ByteReader from, ChangeSet set) {
        int section = from.getByte();
        switch (section) {
            case LOSS -> {
                set.lost.read(from, in -> (int) in.getSigned());
                set.lostEntries = from.getSigned();
            }
            case THINNED -> set.thinned.read(from, in -> (int) in.getSigned());
            default -> throw new IllegalArgumentException("its changes have a section " + section);
        }
    }

    private boolean hasLoss() {
        return lostEntries != 0 || !lost.isZero();
    }

    static boolean isSound(byte[] bytes) {
        int length = bytes.length - CHECK_BYTES;
        return length >= 1
                && new ByteReader(bytes, length, bytes.length).getInt() == checksum(bytes, length);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(Arrays.copyOf(bytes, length));
        return (int) sum.getValue();
    }
}
