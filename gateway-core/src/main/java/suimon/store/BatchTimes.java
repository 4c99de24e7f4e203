package suimon.store;

import suimon.reading.Readings;

/**
 * The times of a batch, series by series. Each series' first time is held against that of the series
 * before, its period against the period there, each further time against the period; received times
 * as their delay, which all series share.
 */
final class BatchTimes {
    private static final int FIRST = 0;
    private static final int PERIOD = 1;
    private static final int DEVIATION = 2;
    private static final int KINDS = 3;
    private static final int UNIT_BITS = 2;
    /** A period this near to the one before, as a part of it, is taken for the same. */
    private static final int NEAR_SHIFT = 4;
    /** Sixteenths of the phase that are kept, see {@link Forecast}. */
    private static final int KEPT = 12;

    private BatchTimes() {}

    static void write(Readings grouped, int[] starts, ArithmeticEncoder to) {
        int count = grouped.size();
        long[] measured = new long[count];
        for (int row = 0; row < count; row++) {
            measured[row] = grouped.measured(row);
        }
        int unit = ChunkTimes.unitOf(measured);
        to.putDirect(unit, UNIT_BITS);
        MixedResiduals residuals = new MixedResiduals(KINDS, count + starts.length);
        long first = measured[0] / ChunkTimes.UNITS[unit];
        to.putSigned(first);
        long period = 0;
        for (int group = 0; group < starts.length - 1; group++) {
            int start = starts[group];
            long last = measured[start] / ChunkTimes.UNITS[unit];
            residuals.add(FIRST, last - first);
            first = last;
            int steps = starts[group + 1] - start - 1;
            if (steps == 0) {
                continue;
            }
            long mean = (measured[start + steps] / ChunkTimes.UNITS[unit] - first) / steps;
            long own = Math.abs(mean - period) <= (period >> NEAR_SHIFT) ? period : mean;
            residuals.add(PERIOD, own - period);
            period = own;
            long phase = 0;
            for (int row = start + 1; row <= start + steps; row++) {
                long time = measured[row] / ChunkTimes.UNITS[unit];
                long foretold = (period << 4) + phase;
                residuals.add(DEVIATION, time - last - (foretold >> 4));
                phase = phaseAfter(foretold, time - last);
                last = time;
            }
        }
        residuals.write(to);
        writeReceived(grouped, measured, to);
    }

    static long[] readMeasured(int[] starts, ArithmeticDecoder from) {
        long unit = ChunkTimes.UNITS[from.getDirect(UNIT_BITS)];
        long[] times = new long[starts[starts.length - 1]];
        long first = from.getSigned();
        ResidualModel[] models = MixedResiduals.models(KINDS, from);
        long period = 0;
        for (int group = 0; group < starts.length - 1; group++) {
            first += models[FIRST].read(from);
            long last = first;
            times[starts[group]] = last * unit;
            if (starts[group + 1] - starts[group] == 1) {
                continue;
            }
            period += models[PERIOD].read(from);
            long phase = 0;
            for (int row = starts[group] + 1; row < starts[group + 1]; row++) {
                long foretold = (period << 4) + phase;
                long difference = models[DEVIATION].read(from) + (foretold >> 4);
                phase = phaseAfter(foretold, difference);
                last += difference;
                times[row] = last * unit;
            }
        }
        return times;
    }

    private static void writeReceived(Readings grouped, long[] measured, ArithmeticEncoder to) {
        int[] others = new int[measured.length];
        int count = 0;
        for (int row = 0; row < measured.length; row++) {
            if (grouped.received(row) != measured[row]) {
                others[count++] = row;
            }
        }
        to.putDirect(count > 0 ? 1 : 0, 1);
        if (count == 0) {
            return;
        }
        long[] delays = new long[count];
        for (int index = 0; index < count; index++) {
            delays[index] = grouped.received(others[index]);
        }
        int unit = ChunkTimes.unitOf(delays);
        to.putDirect(unit, UNIT_BITS);
        for (int index = 0; index < count; index++) {
            delays[index] = delays[index] / ChunkTimes.UNITS[unit]
                    - Math.floorDiv(measured[others[index]], ChunkTimes.UNITS[unit]);
        }
        ChunkTimes.writeSame(others, count, measured.length, to);
        to.putSigned(delays[0]);
        IntegerColumn.write(delays, count, ForecastChoice.averaging(delays, count), to);
    }

    static long[] readReceived(long[] measured, ArithmeticDecoder from) {
        if (from.getDirect(1) == 0) {
            return measured;
        }
        long unit = ChunkTimes.UNITS[from.getDirect(UNIT_BITS)];
        int[] others = new int[measured.length];
        int count = ChunkTimes.readSame(others, from);
        long[] delays = new long[Math.max(1, count)];
        delays[0] = from.getSigned();
        IntegerColumn.read(delays, count, from);
        long[] received = measured.clone();
        for (int index = 0; index < count; index++) {
            received[others[index]] =
                    (Math.floorDiv(measured[others[index]], unit) + delays[index]) * unit;
        }
        return received;
    }

    private static long phaseAfter(long foretold, long difference) {
        return (foretold - (difference << 4)) * KEPT >> 4;
    }
}
