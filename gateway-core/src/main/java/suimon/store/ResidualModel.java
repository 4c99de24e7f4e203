package suimon.store;

/**
 * What is known about the differences between a column and its forecast: how many bits they have,
 * the first bits of each length and the sign, each learnt while coding. Below {@code noiseBits} a
 * difference is taken for noise and not learnt.
 */
final class ResidualModel {
    private static final int LENGTHS = 65;
    /** The two or three bits after the leading one shape the distribution; the others are noise. */
    private static final int LEARNT_BITS = 3;
    private static final int NODES = 1 << LEARNT_BITS;

    private final int noiseBits;
    private final int[] lengths = ArithmeticEncoder.contexts(LENGTHS);
    private final int[] leading = ArithmeticEncoder.contexts(LENGTHS * NODES);
    private final int[] signs = ArithmeticEncoder.contexts(3);
    private int sign;

    ResidualModel(int noiseBits) {
        this.noiseBits = noiseBits;
    }

    void write(long residual, ArithmeticEncoder to) {
        long magnitude = Math.abs(residual);
        long top = magnitude >>> noiseBits;
        int length = Long.SIZE - Long.numberOfLeadingZeros(top);
        for (int bit = 0; bit < length; bit++) {
            to.put(lengths, bit, true);
        }
        if (length < LENGTHS - 1) {
            to.put(lengths, length, false);
        }
        int left = length - 1;
        int node = 1;
        for (; left > 0 && node < NODES; left--) {
            boolean bit = (top >>> left - 1 & 1) == 1;
            to.put(leading, length * NODES + node, bit);
            node = node << 1 | (bit ? 1 : 0);
        }
        if (left > 0) {
            to.putBits(top, left);
        }
        if (noiseBits > 0) {
            to.putBits(magnitude, noiseBits);
        }
        if (magnitude != 0) {
            to.put(signs, sign, residual < 0);
            sign = residual < 0 ? 1 : 2;
        }
    }

    long read(ArithmeticDecoder from) {
        int length = 0;
        while (length < LENGTHS - 1 && from.get(lengths, length)) {
            length++;
        }
        long magnitude = length > 0 ? 1 : 0;
        int left = length - 1;
        for (; left > 0 && magnitude < NODES; left--) {
            boolean bit = from.get(leading, length * NODES + (int) magnitude);
            magnitude = magnitude << 1 | (bit ? 1 : 0);
        }
        if (left > 0) {
            magnitude = magnitude << left | from.getBits(left);
        }
        if (noiseBits > 0) {
            magnitude = magnitude << noiseBits | from.getBits(noiseBits);
        }
        if (magnitude == 0) {
            return 0;
        }
        boolean isNegative = from.get(signs, sign);
        sign = isNegative ? 1 : 2;
        return isNegative ? -magnitude : magnitude;
    }
}
