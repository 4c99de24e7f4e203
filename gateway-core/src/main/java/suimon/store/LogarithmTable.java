package suimon.store;

/** What a residual costs, for choosing: about log2 of its magnitude, in sixteenths of a bit. */
final class LogarithmTable {
    private static final int SIZE = 1024;
    private static final short[] SIXTEENTHS = new short[SIZE];

    static {
        for (int magnitude = 0; magnitude < SIZE; magnitude++) {
            double bits = Math.log(2 * magnitude + 1) / Math.log(2);
            SIXTEENTHS[magnitude] = (short) Math.round(16 * bits);
        }
    }

    private LogarithmTable() {}

    static int sixteenths(long residual) {
        long magnitude = Math.abs(residual);
        return magnitude >= 0 && magnitude < SIZE
                ? SIXTEENTHS[(int) magnitude]
                : 16 * (Long.SIZE + 1 - Long.numberOfLeadingZeros(magnitude));
    }
}
