package suimon.reading;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The columns of {@link Readings} as they are kept, one element for each reading, for those who
 * decode many at once.
 *
 * @param type codes, see {@link ValueType#code}
 * @param text null when no reading is text; an element is null where the reading is not
 * @param grade flags, see {@link Grade#flag}
 * @param origin 0 for {@link TimeOrigin#SOURCE}, 1 for {@link TimeOrigin#ARRIVAL}
 * @param tests null when no reading has any, see {@link Readings#testsBesideStatus}
 */
public record ReadingColumns(
        int[] series, long[] measured, long[] received, byte[] type, byte[] scale, long[] bits,
        @Nullable String @Nullable [] text, byte[] grade, int[] status, byte[] origin, short @Nullable [] tests) {
    public ReadingColumns {
        int size = measured.length;
        boolean isEven = series.length == size && received.length == size && type.length == size
                && scale.length == size && bits.length == size && grade.length == size
                && status.length == size && origin.length == size
                && (text == null || text.length == size) && (tests == null || tests.length == size);
        if (!isEven) {
            throw new IllegalArgumentException("columns of different lengths");
        }
    }

    /** A copy of the first so many rows. */
    ReadingColumns first(int size) {
        return new ReadingColumns(Arrays.copyOf(series, size), Arrays.copyOf(measured, size),
                Arrays.copyOf(received, size), Arrays.copyOf(type, size), Arrays.copyOf(scale, size),
                Arrays.copyOf(bits, size), text == null ? null : Arrays.copyOf(text, size),
                Arrays.copyOf(grade, size), Arrays.copyOf(status, size), Arrays.copyOf(origin, size),
                tests == null ? null : Arrays.copyOf(tests, size));
    }

    /** A copy of rows in another order. */
    ReadingColumns inOrder(int[] order) {
        int size = order.length;
        ReadingColumns copy = new ReadingColumns(new int[size], new long[size], new long[size], new byte[size],
                new byte[size], new long[size], text == null ? null : new String[size], new byte[size],
                new int[size], new byte[size], tests == null ? null : new short[size]);
        for (int place = 0; place < size; place++) {
            int row = order[place];
            copy.series[place] = series[row];
            copy.measured[place] = measured[row];
            copy.received[place] = received[row];
            copy.type[place] = type[row];
            copy.scale[place] = scale[row];
            copy.bits[place] = bits[row];
            copy.grade[place] = grade[row];
            copy.status[place] = status[row];
            copy.origin[place] = origin[row];
            if (copy.text != null && text != null) {
                copy.text[place] = text[row];
            }
            if (copy.tests != null && tests != null) {
                copy.tests[place] = tests[row];
            }
        }
        return copy;
    }
}
