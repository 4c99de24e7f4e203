package suimon.store;

import java.util.ArrayList;
import java.util.List;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.ValueType;

/**
 * The readings of a frame as one arithmetic code, the coding 1 of docs/frames.md: batches of many
 * series with many readings each, series by series, of which each teaches the models of those after
 * it. Within a batch readings come back sorted by series, those of one series in their order. What it
 * writes is published and never changes: another coding gets another number. Not safe for several
 * threads.
 */
public final class FrameCodec {
    /** More readings in all batches together are refused. */
    public static final int READINGS_MAX = 1 << 16;
    /** More batches are refused. */
    public static final int BATCHES_MAX = 1 << 10;

    /** As UTF-8 a char takes at most three bytes, and a length five. */
    private static final long CHARS_MAX = TextTable.BYTES_MAX / 8;

    private FrameCodec() {}

    /** Whether a code can hold them: not too many batches or readings, nor too much text. */
    public static boolean fits(List<Entry.Batch> batches) {
        return batches.size() <= BATCHES_MAX && readings(batches) <= READINGS_MAX && chars(batches) <= CHARS_MAX;
    }

    /** IllegalArgumentException for what doesn't fit. */
    public static byte[] write(List<Entry.Batch> batches) {
        requireAtMost(BATCHES_MAX, batches.size(), "batches");
        requireAtMost(READINGS_MAX, readings(batches), "readings");
        ArithmeticEncoder to = new ArithmeticEncoder();
        to.putNumber(batches.size());
        FrameTimes times = new FrameTimes();
        FrameValues values = new FrameValues();
        for (Entry.Batch batch : batches) {
            Readings rows = batch.readings().sortedBySeries();
            BatchCodec.writeClock(batch.clock(), to);
            to.putNumber(rows.size());
            if (rows.size() > 0) {
                BatchGroups groups = BatchGroups.of(rows);
                groups.write(to);
                TextTable texts = TextTable.of(rows);
                texts.write(to);
                int[] starts = groups.starts();
                for (int group = 0; group < starts.length - 1; group++) {
                    times.write(rows, starts[group], starts[group + 1], to);
                    values.write(rows, starts[group], starts[group + 1], texts, to);
                }
            }
        }
        ByteWriter bytes = new ByteWriter(1024);
        to.finish(bytes);
        return bytes.toBytes();
    }

    /** IllegalArgumentException when the bytes can't be what {@link #write} wrote. */
    public static List<Entry.Batch> read(byte[] code) {
        try {
            ArithmeticDecoder from = new ArithmeticDecoder(code);
            long count = requireAtMost(BATCHES_MAX, from.getNumber(), "batches");
            FrameTimes times = new FrameTimes();
            FrameValues values = new FrameValues();
            List<Entry.Batch> batches = new ArrayList<>();
            int left = READINGS_MAX;
            for (long batch = 0; batch < count; batch++) {
                ClockStamp clock = BatchCodec.readClock(from);
                int size = (int) requireAtMost(left, from.getNumber(), "readings");
                left -= size;
                batches.add(new Entry.Batch(size == 0
                        ? Readings.empty() : readings(size, times, values, from), clock));
            }
            return batches;
        } catch (IndexOutOfBoundsException wrong) {
            throw new IllegalArgumentException("the coded readings are damaged: " + wrong.getMessage(), wrong);
        }
    }

    private static Readings readings(int size, FrameTimes times, FrameValues values, ArithmeticDecoder from) {
        BatchGroups groups = BatchGroups.read(size, from);
        TextTable texts = TextTable.read(size, from);
        Readings.Builder rows = new Readings.Builder(size);
        for (int group = 0; group < groups.series().length; group++) {
            int count = groups.starts()[group + 1] - groups.starts()[group];
            long[] measured = new long[count];
            long[] received = new long[count];
            times.read(measured, received, from);
            rows.addRows(values.read(groups.series()[group], measured, received, texts, from), 0, count);
        }
        return rows.build();
    }

    private static long readings(List<Entry.Batch> batches) {
        return batches.stream().mapToLong(each -> each.readings().size()).sum();
    }

    private static long chars(List<Entry.Batch> batches) {
        long chars = 0;
        for (Entry.Batch batch : batches) {
            for (int row = 0; row < batch.readings().size(); row++) {
                chars += batch.readings().type(row) == ValueType.TEXT ? batch.readings().textOf(row).length() + 1 : 0;
            }
        }
        return chars;
    }

    private static long requireAtMost(long most, long count, String what) {
        if (count < 0 || count > most) {
            throw new IllegalArgumentException(count + " " + what + " in one frame, expected at most " + most);
        }
        return count;
    }
}
