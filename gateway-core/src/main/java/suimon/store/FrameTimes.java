package suimon.store;

import suimon.reading.Readings;

/**
 * The times in a frame, series by series: measured times in the coarsest unit that loses nothing, the
 * first against that of the series before; then when each was received. Not safe for several threads.
 */
final class FrameTimes {
    private static final int SYMBOL_BITS = 2;
    /** How received times are written: not at all, being the measured ones. */
    private static final int AS_MEASURED = 0;
    /** By how much later they are than the measured ones. */
    private static final int DELAYS = 1;
    /** Against the one received before: a sender that delivers many at once. */
    private static final int ARRIVALS = 2;

    private final FrameColumn measured = new FrameColumn(true);
    private final FrameColumn delays = new FrameColumn(false);
    private final FrameColumn arrivals = new FrameColumn(false);
    private final ResidualModel[] firsts = models();
    private final ResidualModel[] firstDelays = models();
    private final FrameSymbol units = new FrameSymbol(SYMBOL_BITS);
    private final FrameSymbol hows = new FrameSymbol(SYMBOL_BITS);
    private final FrameSymbol delayUnits = new FrameSymbol(SYMBOL_BITS);
    private long first;

    /** Both times of the rows of one series. */
    void write(Readings rows, int start, int end, ArithmeticEncoder to) {
        int count = end - start;
        long[] times = new long[count];
        long[] received = new long[count];
        boolean isSame = true;
        for (int row = 0; row < count; row++) {
            times[row] = rows.measured(start + row);
            received[row] = rows.received(start + row);
            isSame &= received[row] == times[row];
        }
        int unit = ChunkTimes.unitOf(times);
        long nanos = ChunkTimes.UNITS[unit];
        units.write(unit, to);
        firsts[unit].write(times[0] / nanos - Math.floorDiv(first, nanos), to);
        first = times[0];
        long[] counted = new long[count];
        for (int row = 0; row < count; row++) {
            counted[row] = times[row] / nanos;
        }
        measured.write(counted, count, to);
        if (isSame) {
            hows.write(AS_MEASURED, to);
        } else {
            writeReceived(times, received, to);
        }
    }

    private void writeReceived(long[] times, long[] received, ArithmeticEncoder to) {
        int count = times.length;
        int unit = ChunkTimes.unitOf(received);
        long nanos = ChunkTimes.UNITS[unit];
        long[] later = new long[count];
        long noise = 0;
        long steps = 0;
        for (int row = 0; row < count; row++) {
            received[row] /= nanos;
            later[row] = received[row] - Math.floorDiv(times[row], nanos);
            noise += row == 0 ? 0 : LogarithmTable.sixteenths(later[row] - later[row - 1]);
            steps += row == 0 ? 0 : LogarithmTable.sixteenths(received[row] - received[row - 1]);
        }
        boolean isDelays = noise <= steps;
        hows.write(isDelays ? DELAYS : ARRIVALS, to);
        delayUnits.write(unit, to);
        firstDelays[unit].write(later[0], to);
        if (isDelays) {
            delays.write(later, count, to);
        } else {
            arrivals.write(received, count, to);
        }
    }

    /** Fills in the times of all rows of a series. */
    void read(long[] times, long[] received, ArithmeticDecoder from) {
        int unit = units.read(from);
        long nanos = ChunkTimes.UNITS[unit];
        times[0] = Math.floorDiv(first, nanos) + firsts[unit].read(from);
        measured.read(times, times.length, from);
        for (int row = 0; row < times.length; row++) {
            times[row] *= nanos;
        }
        first = times[0];
        readReceived(times, received, from);
    }

    private void readReceived(long[] times, long[] received, ArithmeticDecoder from) {
        int how = hows.read(from);
        if (how == AS_MEASURED) {
            System.arraycopy(times, 0, received, 0, times.length);
            return;
        }
        if (how > ARRIVALS) {
            throw new IllegalArgumentException("received times of the kind " + how);
        }
        int unit = delayUnits.read(from);
        long nanos = ChunkTimes.UNITS[unit];
        received[0] = firstDelays[unit].read(from);
        if (how == DELAYS) {
            delays.read(received, received.length, from);
        } else {
            received[0] += Math.floorDiv(times[0], nanos);
            arrivals.read(received, received.length, from);
        }
        for (int row = 0; row < received.length; row++) {
            long base = how == DELAYS ? Math.floorDiv(times[row], nanos) : 0;
            received[row] = (base + received[row]) * nanos;
        }
    }

    private static ResidualModel[] models() {
        ResidualModel[] models = new ResidualModel[ChunkTimes.UNITS.length];
        for (int unit = 0; unit < models.length; unit++) {
            models[unit] = new ResidualModel(0);
        }
        return models;
    }
}
