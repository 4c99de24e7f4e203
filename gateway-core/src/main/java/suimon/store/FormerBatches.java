package suimon.store;

import java.util.Arrays;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.ValueType;

/**
 * Reads batches as they were written before format 2, which {@link BatchCodec} writes: columns of
 * varints below zstd.
 */
final class FormerBatches {
    private static final long[] UNITS = {1_000_000_000, 1_000_000, 1_000, 1};

    Entry.Batch read(ByteReader from) {
        ClockStamp clock = readClock(from);
        int size = from.getCount(2);
        if (size == 0) {
            return new Entry.Batch(Readings.empty(), clock);
        }
        int[] series = new int[size];
        Groups groups = readSeries(series, from);
        long[] measured = readMeasured(groups, from);
        long[] received = readReceived(measured, from);
        long[] shapes = readShapes(groups, from);
        long[] bits = new long[size];
        for (int group = 0; group < groups.count(); group++) {
            ValueColumn.read(bits, groups.order, groups.start(group), groups.end(group), from);
        }
        String[] text = readTexts(groups, shapes, from);
        Readings.Builder rows = new Readings.Builder(size);
        for (int row = 0; row < size; row++) {
            addRow(rows, series[row], measured[row], received[row], shapes[row], bits[row], text[row]);
        }
        return new Entry.Batch(rows.build(), clock);
    }

    private static void addRow(
            Readings.Builder rows, int series, long measured, long received, long shape, long bits,
            String text) {
        ValueType type = ValueType.ofCode((int) (shape & 0xF));
        Grade grade = Grade.ofFlag((int) (shape >> 4 & 0xF));
        TimeOrigin origin = (shape >> 8 & 1) == 0 ? TimeOrigin.SOURCE : TimeOrigin.ARRIVAL;
        int scale = (byte) (shape >> 16);
        int status = (int) (shape >> 24);
        if (type == ValueType.TEXT) {
            rows.add(series, measured, received, new Value.Text(text), grade, status, origin);
        } else {
            rows.addRaw(series, measured, received, type, bits, scale, grade, status, origin);
        }
    }

    private static ClockStamp readClock(ByteReader from) {
        return new ClockStamp(from.getString(), from.getSigned(), from.getSigned(),
                ClockStamp.Trust.values()[from.getByte()]);
    }

    private static Groups readSeries(int[] series, ByteReader from) {
        int[] distinct = new int[from.getCount(1)];
        long last = 0;
        for (int index = 0; index < distinct.length; index++) {
            last += from.getSigned();
            distinct[index] = (int) last;
        }
        int[] group = new int[series.length];
        long before = 0;
        for (int row = 0; row < series.length; row++) {
            if (distinct.length > 1) {
                before += from.getSigned();
            }
            if (before < 0 || before >= distinct.length) {
                throw new IllegalArgumentException("row " + row + " names no series");
            }
            group[row] = (int) before;
            series[row] = distinct[group[row]];
        }
        return Groups.of(group, distinct.length);
    }

    private static long[] readMeasured(Groups groups, ByteReader from) {
        long[] times = new long[groups.order.length];
        long unit = unitAt(from.getByte());
        long first = 0;
        for (int group = 0; group < groups.count(); group++) {
            long last = first;
            long step = 0;
            for (int index = groups.start(group); index < groups.end(group); index++) {
                long time = from.getSigned() + last + step;
                times[groups.order[index]] = time * unit;
                step = index == groups.start(group) ? 0 : time - last;
                first = index == groups.start(group) ? time : first;
                last = time;
            }
        }
        return times;
    }

    private static long[] readReceived(long[] measured, ByteReader from) {
        int code = from.getByte();
        if (code == UNITS.length) {
            return measured;
        }
        long unit = unitAt(code);
        long[] times = new long[measured.length];
        long last = 0;
        for (int row = 0; row < times.length; row++) {
            last += from.getSigned();
            times[row] = last * unit;
        }
        return times;
    }

    private static long[] readShapes(Groups groups, ByteReader from) {
        long[] distinct = new long[from.getCount(1)];
        for (int index = 0; index < distinct.length; index++) {
            distinct[index] = from.getVarint();
        }
        long[] shapes = new long[groups.order.length];
        for (int row : groups.order) {
            long index = distinct.length > 1 ? from.getVarint() : 0;
            if (index < 0 || index >= distinct.length) {
                throw new IllegalArgumentException("row " + row + " has no shape");
            }
            shapes[row] = distinct[(int) index];
        }
        return shapes;
    }

    private static String[] readTexts(Groups groups, long[] shapes, ByteReader from) {
        String[] text = new String[shapes.length];
        Arrays.fill(text, "");
        for (int row : groups.order) {
            if ((shapes[row] & 0xF) == ValueType.TEXT.code()) {
                text[row] = from.getString();
            }
        }
        return text;
    }

    private static long unitAt(int code) {
        if (code >= UNITS.length) {
            throw new IllegalArgumentException("no time unit has the code " + code);
        }
        return UNITS[code];
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
