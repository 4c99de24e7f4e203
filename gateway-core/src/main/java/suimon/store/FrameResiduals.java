package suimon.store;

import org.jspecify.annotations.Nullable;

/**
 * The residuals of one kind of column in a frame, of many series one after another. How large they
 * usually are is followed along a series, and chooses the {@link ResidualModel}: so a noisy series
 * and a calm one each find what others like them have taught, and neither has statistics of its own
 * but where it begins. Not safe for several threads.
 */
final class FrameResiduals {
    /** Of the usual size, by its octave. */
    private static final int LEVELS = 64;
    /** What lies so many bits below the usual size in sixteenths is noise and not learnt. */
    private static final int LEARNT_BITS = 9;
    /** The usual size is in sixteenths and follows by a sixteenth. */
    private static final int SHIFT = 4;
    private static final long MAGNITUDE_MAX = 1L << 58;

    private final @Nullable ResidualModel[] models = new ResidualModel[LEVELS];
    private final ResidualModel begins = new ResidualModel(0);
    private int begin;
    private long usual;

    /** Begins a series whose residuals have this sum of magnitudes, see {@link #magnitude}. */
    void begin(long sum, int count, ArithmeticEncoder to) {
        int level = levelOf(((sum / count) << SHIFT) + ((sum % count) << SHIFT) / count);
        begins.write(level - begin, to);
        begin = level;
        usual = middleOf(level);
    }

    void begin(ArithmeticDecoder from) {
        long level = begin + begins.read(from);
        if (level < 0 || level >= LEVELS) {
            throw new IllegalArgumentException("residuals of size " + level + ", expected 0 to " + (LEVELS - 1));
        }
        begin = (int) level;
        usual = middleOf(begin);
    }

    void write(long residual, ArithmeticEncoder to) {
        model().write(residual, to);
        follow(residual);
    }

    long read(ArithmeticDecoder from) {
        long residual = model().read(from);
        follow(residual);
        return residual;
    }

    /** Of a residual, bounded so that a column's sum is no more than 63 bits. */
    static long magnitude(long residual, int count) {
        long magnitude = Math.abs(residual);
        long most = MAGNITUDE_MAX / count;
        return magnitude < 0 || magnitude > most ? most : magnitude;
    }

    private void follow(long residual) {
        usual += magnitude(residual, 1) - (usual >> SHIFT);
    }

    private ResidualModel model() {
        int level = levelOf(usual);
        ResidualModel model = models[level];
        if (model == null) {
            model = new ResidualModel(Math.max(0, level - LEARNT_BITS));
            models[level] = model;
        }
        return model;
    }

    /** How many bits it has. */
    private static int levelOf(long size) {
        return Long.SIZE - Long.numberOfLeadingZeros(size);
    }

    private static long middleOf(int level) {
        return level < 2 ? level : 3L << level - 2;
    }
}
