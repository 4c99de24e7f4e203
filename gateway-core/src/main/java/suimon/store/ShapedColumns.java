package suimon.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.reading.ReadingColumns;
import suimon.reading.Readings;

/** The columns of readings whose shapes are known and whose values come one by one. */
final class ShapedColumns {
    private final long[] shapes;
    private final byte[] type;
    private final byte[] scale;
    private final long[] bits;
    private final byte[] grade;
    private final int[] status;
    private final byte[] origin;

    ShapedColumns(long[] shapes) {
        int count = shapes.length;
        this.shapes = shapes;
        type = new byte[count];
        scale = new byte[count];
        bits = new long[count];
        grade = new byte[count];
        status = new int[count];
        origin = new byte[count];
        for (int row = 0; row < count; row++) {
            long shape = shapes[row];
            type[row] = (byte) ChunkShapes.type(shape).code();
            scale[row] = (byte) ChunkShapes.scale(shape);
            grade[row] = (byte) ChunkShapes.grade(shape);
            status[row] = ChunkShapes.status(shape);
            origin[row] = (byte) ChunkShapes.origin(shape);
        }
    }

    /** A number from the lane of the row's shape, which is neither text nor nothing. */
    void put(int row, long number, int zeros, ChunkDigits digits) {
        long shape = shapes[row];
        bits[row] = switch (ChunkShapes.lane(shape)) {
            case INTEGER -> number;
            case SCALED -> digits.unscaled(number, scale[row]);
            case DECIMAL -> digits.toFloat(ChunkShapes.type(shape), number);
            case BITS -> ChunkValues.ordered(ChunkShapes.type(shape), number) << zeros;
            case TRIMMED -> {
                int left = digits.trimmed(number);
                type[row] = (byte) ChunkDigits.trimmedType(left).code();
                scale[row] = (byte) left;
                yield digits.unscaled(number, left);
            }
            case NOTHING, TEXT -> 0;
        };
    }

    Readings toReadings(
            BatchGroups groups, long[] measured, long[] received, @Nullable String @Nullable [] texts) {
        int[] series = new int[shapes.length];
        for (int group = 0; group < groups.series().length; group++) {
            Arrays.fill(series, groups.starts()[group], groups.starts()[group + 1], groups.series()[group]);
        }
        return Readings.of(new ReadingColumns(
                series, measured, received, type, scale, bits, texts, grade, status, origin,
                ChunkShapes.tests(shapes)));
    }
}
