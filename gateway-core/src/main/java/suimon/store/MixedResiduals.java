package suimon.store;

/**
 * Residuals of several kinds in the order of the rows that they belong to, each kind with a {@link
 * ResidualModel} of its own, whose noise is measured before anything is written.
 */
final class MixedResiduals {
    private static final int NOISE_BITS = 6;
    /** As many bits above the noise are learnt. */
    private static final int LEARNT_BITS = 6;

    private final long[] residuals;
    private final byte[] kinds;
    private final long[] bits;
    private final int[] counts;
    private int size;

    MixedResiduals(int kindCount, int capacity) {
        residuals = new long[capacity];
        kinds = new byte[capacity];
        bits = new long[kindCount];
        counts = new int[kindCount];
    }

    void add(int kind, long residual) {
        residuals[size] = residual;
        kinds[size++] = (byte) kind;
        bits[kind] += Long.SIZE - Long.numberOfLeadingZeros(Math.abs(residual));
        counts[kind]++;
    }

    void write(ArithmeticEncoder to) {
        ResidualModel[] models = new ResidualModel[counts.length];
        for (int kind = 0; kind < models.length; kind++) {
            int noise = (int) (bits[kind] / Math.max(1, counts[kind])) - LEARNT_BITS;
            to.putDirect(Math.max(0, noise), NOISE_BITS);
            models[kind] = new ResidualModel(Math.max(0, noise));
        }
        for (int index = 0; index < size; index++) {
            models[kinds[index]].write(residuals[index], to);
        }
    }

    /** The models by kind; the reader knows from the rows which is next. */
    static ResidualModel[] models(int kindCount, ArithmeticDecoder from) {
        ResidualModel[] models = new ResidualModel[kindCount];
        for (int kind = 0; kind < kindCount; kind++) {
            models[kind] = new ResidualModel(from.getDirect(NOISE_BITS));
        }
        return models;
    }
}
