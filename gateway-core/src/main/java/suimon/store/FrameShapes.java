package suimon.store;

import java.util.ArrayList;
import java.util.List;

/**
 * What the readings of a frame are apart from times and numbers: a shape changes seldom along a series,
 * and one that was there lately comes back. Not safe for several threads.
 */
final class FrameShapes {
    /** So many are remembered; one that is not any more is told again. */
    private static final int RECENT_MAX = 64;
    /** In place of whether the shape changed at the row before: there is none in this series. */
    private static final int AT_START = 2;

    private final int[] changed = ArithmeticEncoder.contexts(3);
    private final ResidualModel ranks = new ResidualModel(0);
    /** The latest first. */
    private final List<Long> recent = new ArrayList<>();

    void write(long[] shapes, ArithmeticEncoder to) {
        int before = AT_START;
        for (long shape : shapes) {
            boolean isChanged = recent.isEmpty() || recent.getFirst() != shape;
            to.put(changed, before, isChanged);
            before = isChanged ? 1 : 0;
            if (isChanged) {
                int found = recent.indexOf(shape);
                int rank = found < 0 ? recent.size() : found;
                ranks.write(rank, to);
                if (found < 0) {
                    ChunkShapes.writeShape(shape, to);
                }
                toFront(rank, shape);
            }
        }
    }

    long[] read(int count, ArithmeticDecoder from) {
        long[] shapes = new long[count];
        int before = AT_START;
        for (int row = 0; row < count; row++) {
            boolean isChanged = from.get(changed, before);
            before = isChanged ? 1 : 0;
            if (isChanged) {
                long rank = ranks.read(from);
                if (rank < 0 || rank > recent.size()) {
                    throw new IllegalArgumentException("the shape " + rank + " of " + recent.size());
                }
                boolean isNew = rank == recent.size();
                toFront((int) rank, isNew ? ChunkShapes.readShape(from) : recent.get((int) rank));
            } else if (recent.isEmpty()) {
                throw new IllegalArgumentException("a reading without a shape");
            }
            shapes[row] = recent.getFirst();
        }
        return shapes;
    }

    private void toFront(int rank, long shape) {
        if (rank < recent.size()) {
            recent.remove(rank);
        } else if (recent.size() == RECENT_MAX) {
            recent.removeLast();
        }
        recent.addFirst(shape);
    }
}
