package suimon.store;

import java.util.Arrays;
import java.util.zip.CRC32C;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.ValueType;

/** Writes batches as they were written before format 2: what an older box has on its disk. */
final class FormerBatchWriter {
    private static final long[] UNITS = {1_000_000_000, 1_000_000, 1_000, 1};

    /** A whole row of the log: format, packing, checksum, body. */
    byte[] row(Entry.Batch batch) {
        ByteWriter body = new ByteWriter(1024);
        write(batch, body);
        CRC32C checksum = new CRC32C();
        checksum.update(EntryKind.BATCH.code());
        checksum.update(new byte[] {1, 0});
        checksum.update(body.array(), 0, body.size());
        return new ByteWriter(1024).putByte(1).putByte(0).putInt((int) checksum.getValue())
                .putRaw(body.array(), 0, body.size()).toBytes();
    }

    void write(Entry.Batch batch, ByteWriter to) {
        writeClock(batch.clock(), to);
        Readings rows = batch.readings();
        to.putVarint(rows.size());
        if (rows.size() == 0) {
            return;
        }
        Groups groups = writeSeries(rows, to);
        writeMeasured(rows, groups, to);
        writeReceived(rows, to);
        writeShapes(rows, groups, to);
        for (int group = 0; group < groups.count(); group++) {
            FormerValueWriter.write(rows, groups.order, groups.start(group), groups.end(group), to);
        }
        for (int row : groups.order) {
            if (rows.type(row) == ValueType.TEXT) {
                to.putString(rows.textOf(row));
            }
        }
    }

    private static void writeClock(ClockStamp clock, ByteWriter to) {
        to.putString(clock.boot()).putSigned(clock.monotonicNanos()).putSigned(clock.utcNanos())
                .putByte(clock.trust().ordinal());
    }

    private static Groups writeSeries(Readings rows, ByteWriter to) {
        int[] series = new int[rows.size()];
        for (int row = 0; row < series.length; row++) {
            series[row] = rows.series(row);
        }
        int[] distinct = Arrays.stream(series).sorted().distinct().toArray();
        to.putVarint(distinct.length);
        int last = 0;
        for (int id : distinct) {
            to.putSigned((long) id - last);
            last = id;
        }
        int[] group = new int[series.length];
        int before = 0;
        for (int row = 0; row < series.length; row++) {
            group[row] = Arrays.binarySearch(distinct, series[row]);
            if (distinct.length > 1) {
                to.putSigned(group[row] - before);
                before = group[row];
            }
        }
        return Groups.of(group, distinct.length);
    }

    private static void writeMeasured(Readings rows, Groups groups, ByteWriter to) {
        long[] times = new long[rows.size()];
        for (int row = 0; row < times.length; row++) {
            times[row] = rows.measured(row);
        }
        int unit = unitOf(times);
        to.putByte(unit);
        long first = 0;
        for (int group = 0; group < groups.count(); group++) {
            long last = first;
            long step = 0;
            for (int index = groups.start(group); index < groups.end(group); index++) {
                long time = times[groups.order[index]] / UNITS[unit];
                to.putSigned(time - last - step);
                // The first difference is to another series and says nothing about the period.
                step = index == groups.start(group) ? 0 : time - last;
                first = index == groups.start(group) ? time : first;
                last = time;
            }
        }
    }

    private static void writeReceived(Readings rows, ByteWriter to) {
        long[] times = new long[rows.size()];
        boolean isMeasured = true;
        for (int row = 0; row < times.length; row++) {
            times[row] = rows.received(row);
            isMeasured &= times[row] == rows.measured(row);
        }
        if (isMeasured) {
            to.putByte(UNITS.length);
            return;
        }
        int unit = unitOf(times);
        to.putByte(unit);
        long last = 0;
        for (long time : times) {
            to.putSigned(time / UNITS[unit] - last);
            last = time / UNITS[unit];
        }
    }

    private static void writeShapes(Readings rows, Groups groups, ByteWriter to) {
        long[] shapes = new long[rows.size()];
        for (int row = 0; row < shapes.length; row++) {
            shapes[row] = rows.type(row).code() | rows.grade(row).flag() << 4
                    | rows.origin(row).ordinal() << 8 | (rows.scale(row) & 0xFF) << 16
                    | (rows.status(row) & 0xFFFFFFFFL) << 24;
        }
        long[] distinct = Arrays.stream(shapes).sorted().distinct().toArray();
        to.putVarint(distinct.length);
        for (long shape : distinct) {
            to.putVarint(shape);
        }
        if (distinct.length > 1) {
            for (int row : groups.order) {
                to.putVarint(Arrays.binarySearch(distinct, shapes[row]));
            }
        }
    }

    private static int unitOf(long[] times) {
        int unit = 0;
        for (long time : times) {
            while (time % UNITS[unit] != 0) {
                unit++;
            }
        }
        return unit;
    }

    /** The rows sorted by series, each series' rows in the order they came. */
    private record Groups(int[] order, int[] starts) {
        static Groups of(int[] group, int count) {
            int[] starts = new int[count + 1];
            for (int of : group) {
                starts[of + 1]++;
            }
            for (int index = 0; index < count; index++) {
                starts[index + 1] += starts[index];
            }
            int[] next = starts.clone();
            int[] order = new int[group.length];
            for (int row = 0; row < group.length; row++) {
                order[next[group[row]]++] = row;
            }
            return new Groups(order, starts);
        }

        int count() {
            return starts.length - 1;
        }

        int start(int group) {
            return starts[group];
        }

        int end(int group) {
            return starts[group + 1];
        }
    }
}
