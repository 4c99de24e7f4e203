package suimon.store;

import java.util.Arrays;

/**
 * Stretches of time that hold all readings of one series; what lies outside was never stored. It may
 * cover more than it must, which costs a search in the log, never a wrong answer.
 *
 * <p>At {@link #INTERVALS_MAX} intervals the two with the smallest hole between them are joined, so
 * that the holes left by real outages last longest: they are what a backfill comes to fill.
 */
final class Coverage {
    static final int INTERVALS_MAX = 64;
    /** A hole shorter than this is covered at once. */
    private static final long HOLE_NANOS_MIN = 60_000_000_000L;

    /** First the starts of all intervals there is room for, then their ends: most series have one interval. */
    private long[] times = new long[2];
    private int count;

    boolean contains(long time) {
        int at = lastStartingBy(time);
        return at >= 0 && time <= end(at);
    }

    /** The newest time; Long.MIN_VALUE when empty. */
    long newest() {
        return count == 0 ? Long.MIN_VALUE : end(count - 1);
    }

    /** How much time is covered, in nanoseconds. */
    long nanos() {
        long sum = 0;
        for (int index = 0; index < count; index++) {
            sum += end(index) - times[index];
        }
        return sum;
    }

    void add(long time) {
        add(time, time);
    }

    void add(long from, long to) {
        int at = lastStartingBy(from);
        boolean joinsBefore = at >= 0 && isNear(end(at), from);
        int first = joinsBefore ? at : at + 1;
        int beyond = at + 1;
        while (beyond < count && isNear(to, times[beyond])) {
            beyond++;
        }
        if (first == beyond) {
            insert(first, from, to);
        } else {
            times[first] = Math.min(times[first], from);
            times[room() + first] = Math.max(to, end(beyond - 1));
            remove(first + 1, beyond);
        }
        if (count > INTERVALS_MAX) {
            joinNearest();
        }
    }

    /** Shows the intervals, oldest first. */
    void visit(BiLongConsumer visitor) {
        for (int index = 0; index < count; index++) {
            visitor.accept(times[index], end(index));
        }
    }

    /** Takes an interval. */
    interface BiLongConsumer {
        void accept(long from, long to);
    }

    byte[] toBytes() {
        ByteWriter to = new ByteWriter(16 * count + 1);
        to.putVarint(count);
        for (int index = 0; index < count; index++) {
            to.putSigned(times[index]).putVarint(end(index) - times[index]);
        }
        return to.toBytes();
    }

    static Coverage of(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        Coverage coverage = new Coverage();
        for (int left = from.getCount(2); left > 0; left--) {
            long start = from.getSigned();
            coverage.add(start, start + from.getVarint());
        }
        return coverage;
    }

    private static boolean isNear(long end, long start) {
        // The difference of far times may overflow, hence the comparison first.
        return start <= end || start - end > 0 && start - end < HOLE_NANOS_MIN;
    }

    private int lastStartingBy(long time) {
        int at = Arrays.binarySearch(times, 0, count, time);
        return at >= 0 ? at : -at - 2;
    }

    private int room() {
        return times.length / 2;
    }

    private long end(int at) {
        return times[room() + at];
    }

    private void insert(int at, long from, long to) {
        if (count == room()) {
            long[] wider = Arrays.copyOf(times, 4 * count);
            System.arraycopy(times, count, wider, 2 * count, count);
            times = wider;
        }
        move(at, at + 1, count - at);
        times[at] = from;
        times[room() + at] = to;
        count++;
    }

    private void remove(int from, int to) {
        move(to, from, count - to);
        count -= to - from;
    }

    private void move(int from, int to, int length) {
        System.arraycopy(times, from, times, to, length);
        System.arraycopy(times, room() + from, times, room() + to, length);
    }

    private void joinNearest() {
        int nearest = 0;
        double hole = Double.MAX_VALUE;
        for (int index = 0; index + 1 < count; index++) {
            double between = (double) times[index + 1] - end(index);
            if (between < hole) {
                hole = between;
                nearest = index;
            }
        }
        times[room() + nearest] = end(nearest + 1);
        remove(nearest + 1, nearest + 2);
    }
}
