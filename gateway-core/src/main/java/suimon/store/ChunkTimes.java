package suimon.store;

import suimon.reading.Readings;

/**
 * The two times of a chunk's readings. Measured times are counted in the coarsest unit that loses
 * nothing. Received times are either the measured ones, or the delay, or a column of their own (a
 * sender that delivers many readings at once), whichever costs least.
 */
final class ChunkTimes {
    /** Nanoseconds of the units that times may be counted in. */
    static final long[] UNITS = {1_000_000_000, 1_000_000, 1_000, 1};

    private static final int UNIT_BITS = 2;

    /** How received times are written. */
    private enum Received {
        AS_MEASURED,
        DELAY,
        TIME;

        private static final int BITS = 2;
    }

    private ChunkTimes() {}

    static int unitOf(long[] times) {
        int unit = 0;
        for (long time : times) {
            while (time % UNITS[unit] != 0) {
                unit++;
            }
        }
        return unit;
    }

    /** Writes all but the first measured time, counted in the unit, and all received times. */
    static void write(Readings rows, long[] measured, int unit, ArithmeticEncoder to) {
        int count = measured.length;
        long[] counted = new long[count];
        for (int row = 0; row < count; row++) {
            counted[row] = measured[row] / UNITS[unit];
        }
        IntegerColumn.write(counted, count, ForecastChoice.ofTimes(counted, count), to);
        writeReceived(rows, measured, to);
    }

    static long[] readMeasured(long first, int count, int unit, ArithmeticDecoder from) {
        long[] times = new long[count];
        times[0] = first / UNITS[unit];
        IntegerColumn.read(times, count, from);
        if (UNITS[unit] != 1) {
            for (int row = 0; row < count; row++) {
                times[row] *= UNITS[unit];
            }
        }
        return times;
    }

    /** The measured times themselves when they are the received ones too. */
    static long[] readReceived(long[] measured, ArithmeticDecoder from) {
        int how = from.getDirect(Received.BITS);
        if (how == Received.AS_MEASURED.ordinal()) {
            return measured;
        }
        long unit = UNITS[from.getDirect(UNIT_BITS)];
        int[] others = new int[measured.length];
        int count = readSame(others, from);
        long[] column = new long[Math.max(1, count)];
        column[0] = from.getSigned();
        IntegerColumn.read(column, count, from);
        long[] received = measured.clone();
        for (int index = 0; index < count; index++) {
            long counted = how == Received.DELAY.ordinal()
                    ? Math.floorDiv(measured[others[index]], unit) + column[index]
                    : column[index];
            received[others[index]] = counted * unit;
        }
        return received;
    }

    private static void writeReceived(Readings rows, long[] measured, ArithmeticEncoder to) {
        int[] others = new int[measured.length];
        int count = 0;
        for (int row = 0; row < measured.length; row++) {
            if (rows.received(row) != measured[row]) {
                others[count++] = row;
            }
        }
        if (count == 0) {
            to.putDirect(Received.AS_MEASURED.ordinal(), Received.BITS);
            return;
        }
        long[] times = new long[count];
        for (int index = 0; index < count; index++) {
            times[index] = rows.received(others[index]);
        }
        int unit = unitOf(times);
        long[] delays = new long[count];
        for (int index = 0; index < count; index++) {
            times[index] /= UNITS[unit];
            delays[index] = times[index] - Math.floorDiv(measured[others[index]], UNITS[unit]);
        }
        Forecast ofDelays = ForecastChoice.ofValues(delays, count);
        Forecast ofTimes = ForecastChoice.ofTimes(times, count);
        boolean isDelay = IntegerColumn.cost(delays, count, ofDelays)
                <= IntegerColumn.cost(times, count, ofTimes);
        to.putDirect((isDelay ? Received.DELAY : Received.TIME).ordinal(), Received.BITS);
        to.putDirect(unit, UNIT_BITS);
        writeSame(others, count, measured.length, to);
        long[] column = isDelay ? delays : times;
        to.putSigned(column[0]);
        IntegerColumn.write(column, count, isDelay ? ofDelays : ofTimes, to);
    }

    /** Which rows are not among the others. */
    static void writeSame(int[] others, int count, int rows, ArithmeticEncoder to) {
        to.putDirect(count < rows ? 1 : 0, 1);
        if (count == rows) {
            return;
        }
        int[] same = ArithmeticEncoder.contexts(2);
        int next = 0;
        int last = 0;
        for (int row = 0; row < rows; row++) {
            boolean isSame = next == count || others[next] != row;
            to.put(same, last, isSame);
            last = isSame ? 1 : 0;
            next += isSame ? 0 : 1;
        }
    }

    /** Fills in the others, and says how many they are. */
    static int readSame(int[] others, ArithmeticDecoder from) {
        boolean isMixed = from.getDirect(1) == 1;
        int[] same = ArithmeticEncoder.contexts(2);
        int count = 0;
        int last = 0;
        for (int row = 0; row < others.length; row++) {
            last = isMixed && from.get(same, last) ? 1 : 0;
            if (last == 0) {
                others[count++] = row;
            }
        }
        return count;
    }
}
