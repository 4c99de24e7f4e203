package suimon.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.reading.ReadingColumns;
import suimon.reading.Readings;
import suimon.reading.ValueType;
import suimon.store.ChunkShapes.Lane;
import suimon.store.ChunkValues.Values;

/** Puts the columns of readings together from a chunk's lanes, without an object per reading. */
final class ChunkRows {
    private final Values values;
    private final byte[] type;
    private final byte[] scale;
    private final long[] bits;
    private final byte[] grade;
    private final int[] status;
    private final byte[] origin;
    private int number;
    private int plain;

    private ChunkRows(Values values) {
        int count = values.shapes().length;
        this.values = values;
        type = new byte[count];
        scale = new byte[count];
        bits = new long[count];
        grade = new byte[count];
        status = new int[count];
        origin = new byte[count];
    }

    static Readings of(int series, long[] measured, long[] received, Values values) {
        ChunkRows rows = new ChunkRows(values);
        long[] shapes = values.shapes();
        int start = 0;
        while (start < shapes.length) {
            int end = start + 1;
            while (end < shapes.length && shapes[end] == shapes[start]) {
                end++;
            }
            rows.fill(start, end, shapes[start]);
            start = end;
        }
        int[] ids = new int[shapes.length];
        Arrays.fill(ids, series);
        return Readings.of(new ReadingColumns(ids, measured, received, rows.type, rows.scale, rows.bits,
                texts(values),
                rows.grade, rows.status, rows.origin, ChunkShapes.tests(shapes)));
    }

    private void fill(int start, int end, long shape) {
        Arrays.fill(type, start, end, (byte) ChunkShapes.type(shape).code());
        Arrays.fill(scale, start, end, (byte) ChunkShapes.scale(shape));
        Arrays.fill(grade, start, end, (byte) ChunkShapes.grade(shape));
        Arrays.fill(status, start, end, ChunkShapes.status(shape));
        Arrays.fill(origin, start, end, (byte) ChunkShapes.origin(shape));
        switch (ChunkShapes.lane(shape)) {
            case NOTHING, TEXT -> { }
            case INTEGER -> {
                System.arraycopy(values.numbers(), number, bits, start, end - start);
                number += end - start;
            }
            case BITS -> {
                System.arraycopy(values.bits(), plain, bits, start, end - start);
                plain += end - start;
            }
            case SCALED -> fillScaled(start, end, ChunkShapes.scale(shape));
            case TRIMMED -> fillTrimmed(start, end);
            case DECIMAL -> fillFloats(start, end, ChunkShapes.type(shape));
        }
    }

    private void fillScaled(int start, int end, int digits) {
        for (int row = start; row < end; row++) {
            bits[row] = values.digits().unscaled(values.numbers()[number++], digits);
        }
    }

    private void fillTrimmed(int start, int end) {
        ChunkDigits digits = values.digits();
        for (int row = start; row < end; row++) {
            long scaled = values.numbers()[number++];
            int left = digits.trimmed(scaled);
            type[row] = (byte) ChunkDigits.trimmedType(left).code();
            scale[row] = (byte) left;
            bits[row] = digits.unscaled(scaled, left);
        }
    }

    private void fillFloats(int start, int end, ValueType floatType) {
        ChunkDigits digits = values.digits();
        for (int row = start; row < end; row++) {
            bits[row] = digits.toFloat(floatType, values.numbers()[number++]);
        }
    }

    private static @Nullable String @Nullable [] texts(
            Values values) {
        if (values.texts().length == 0) {
            return null;
        }
        String[] texts = new String[values.shapes().length];
        int next = 0;
        for (int row = 0; row < texts.length; row++) {
            boolean isText = ChunkShapes.lane(values.shapes()[row]) == Lane.TEXT;
            texts[row] = isText ? values.texts()[next++] : "";
        }
        return texts;
    }
}
