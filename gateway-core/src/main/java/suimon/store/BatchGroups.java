package suimon.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.reading.Readings;

/**
 * Which series a batch has, and which rows belong to which.
 *
 * @param series rising numbers
 * @param starts where each series begins among the rows sorted by series, and the end
 * @param order the row at each place of the sorted ones; null when they are sorted already
 */
record BatchGroups(int[] series, int[] starts, int @Nullable [] order) {
    static BatchGroups of(Readings rows) {
        int count = rows.size();
        long[] keys = new long[count];
        boolean isSorted = true;
        for (int row = 0; row < count; row++) {
            keys[row] = (long) rows.series(row) << 32 | row;
            isSorted &= row == 0 || rows.series(row) >= rows.series(row - 1);
        }
        if (!isSorted) {
            Arrays.sort(keys);
        }
        int[] series = new int[count];
        int[] starts = new int[count + 1];
        int groups = 0;
        for (int place = 0; place < count; place++) {
            int id = (int) (keys[place] >> 32);
            if (place == 0 || id != series[groups - 1]) {
                series[groups] = id;
                starts[groups++] = place;
            }
        }
        starts[groups] = count;
        return new BatchGroups(Arrays.copyOf(series, groups), Arrays.copyOf(starts, groups + 1),
                isSorted ? null : orderOf(keys));
    }

    boolean has(int id) {
        return Arrays.binarySearch(series, id) >= 0;
    }

    /** The rows sorted by series, each series' rows in the order they came. */
    Readings grouped(Readings rows) {
        return order == null ? rows : copied(rows, order);
    }

    /** The other way. */
    Readings ungrouped(Readings grouped) {
        if (order == null) {
            return grouped;
        }
        int[] places = new int[order.length];
        for (int place = 0; place < order.length; place++) {
            places[order[place]] = place;
        }
        return copied(grouped, places);
    }

    void write(ArithmeticEncoder to) {
        to.putNumber(series.length);
        to.putSigned(series[0]);
        ResidualModel steps = new ResidualModel(0);
        ResidualModel sizes = new ResidualModel(0);
        int size = 1;
        for (int group = 0; group < series.length; group++) {
            if (group > 0) {
                steps.write((long) series[group] - series[group - 1] - 1, to);
            }
            sizes.write(starts[group + 1] - starts[group] - size, to);
            size = starts[group + 1] - starts[group];
        }
        to.putDirect(order == null ? 0 : 1, 1);
        if (order != null) {
            writeOrder(order, to);
        }
    }

    static BatchGroups read(int count, ArithmeticDecoder from) {
        long groups = from.getNumber();
        if (groups < 1 || groups > count) {
            throw new IllegalArgumentException(groups + " series of " + count + " readings");
        }
        int[] series = new int[(int) groups];
        int[] starts = new int[(int) groups + 1];
        ResidualModel steps = new ResidualModel(0);
        ResidualModel sizes = new ResidualModel(0);
        long id = from.getSigned();
        long size = 1;
        for (int group = 0; group < groups; group++) {
            id += group == 0 ? 0 : steps.read(from) + 1;
            size += sizes.read(from);
            if (id != (int) id || size < 1 || size > count - starts[group]) {
                throw new IllegalArgumentException("series " + id + " has " + size + " readings of " + count);
            }
            series[group] = (int) id;
            starts[group + 1] = starts[group] + (int) size;
        }
        if (starts[(int) groups] != count) {
            throw new IllegalArgumentException(starts[(int) groups] + " readings, expected " + count);
        }
        boolean isSorted = from.getDirect(1) == 0;
        return new BatchGroups(series, starts, isSorted ? null : readOrder(starts, from));
    }

    /** Row by row its group, since groups often follow one another as they did before. */
    private void writeOrder(int[] places, ArithmeticEncoder to) {
        int[] groupOf = new int[places.length];
        for (int group = 0; group < series.length; group++) {
            for (int place = starts[group]; place < starts[group + 1]; place++) {
                groupOf[places[place]] = group;
            }
        }
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(series.length - 1);
        int[] successors = successors(series.length);
        int[] expected = ArithmeticEncoder.contexts(2);
        int last = 0;
        int wasExpected = 1;
        for (int group : groupOf) {
            boolean isExpected = group == successors[last];
            to.put(expected, wasExpected, isExpected);
            wasExpected = isExpected ? 1 : 0;
            if (!isExpected) {
                to.putBits(group, bits);
            }
            successors[last] = group;
            last = group;
        }
    }

    private static int[] readOrder(int[] starts, ArithmeticDecoder from) {
        int groups = starts.length - 1;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(groups - 1);
        int[] successors = successors(groups);
        int[] expected = ArithmeticEncoder.contexts(2);
        int[] next = starts.clone();
        int[] places = new int[starts[groups]];
        int last = 0;
        int wasExpected = 1;
        for (int row = 0; row < places.length; row++) {
            boolean isExpected = from.get(expected, wasExpected);
            wasExpected = isExpected ? 1 : 0;
            int group = isExpected ? successors[last] : (int) from.getBits(bits);
            if (group >= groups || next[group] >= starts[group + 1]) {
                throw new IllegalArgumentException("row " + row + " belongs to no series");
            }
            places[next[group]++] = row;
            successors[last] = group;
            last = group;
        }
        return places;
    }

    private static int[] successors(int groups) {
        int[] successors = new int[groups];
        for (int group = 0; group < groups; group++) {
            successors[group] = (group + 1) % groups;
        }
        return successors;
    }

    private static int[] orderOf(long[] keys) {
        int[] order = new int[keys.length];
        for (int place = 0; place < order.length; place++) {
            order[place] = (int) keys[place];
        }
        return order;
    }

    private static Readings copied(Readings rows, int[] order) {
        Readings.Builder copy = new Readings.Builder(order.length);
        for (int row : order) {
            copy.addRow(rows, row);
        }
        return copy.build();
    }
}
