package suimon.reading;

import java.util.Arrays;

/** In what order to take the rows of a batch. */
final class RowOrder {
    private RowOrder() {}

    /** By series, those of one series as they came. */
    static int[] bySeries(int[] series, int size) {
        long[] keys = new long[size];
        for (int row = 0; row < size; row++) {
            keys[row] = (long) series[row] << Integer.SIZE | row;
        }
        Arrays.sort(keys);
        int[] order = new int[size];
        for (int place = 0; place < size; place++) {
            order[place] = (int) keys[place];
        }
        return order;
    }

    /** By time, of equal times the earlier row first. */
    static int[] byTime(long[] times, int size) {
        int[] order = new int[size];
        for (int row = 0; row < size; row++) {
            order[row] = row;
        }
        sort(times, order, 0, size, new int[size]);
        return order;
    }

    /** Merge sort, which keeps the order of equal times; what is in order already costs little. */
    private static void sort(long[] times, int[] order, int from, int to, int[] spare) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(times, order, from, middle, spare);
        sort(times, order, middle, to, spare);
        if (times[order[middle - 1]] <= times[order[middle]]) {
            return;
        }
        System.arraycopy(order, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        for (int place = from; left < middle; place++) {
            boolean isLeft = right == to || times[spare[left]] <= times[order[right]];
            order[place] = isLeft ? spare[left++] : order[right++];
        }
    }
}
