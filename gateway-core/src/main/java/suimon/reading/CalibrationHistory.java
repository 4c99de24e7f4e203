package suimon.reading;

import java.util.Arrays;

/**
 * Which calibration a series had when: the dated entries in force, and what holds before the first of
 * them. Immutable. Times are nanoseconds since the epoch.
 */
public final class CalibrationHistory {
    private final Calibration before;
    private final long[] froms;
    private final long[] sequences;
    private final Calibration[] curves;
    private final long newestFrom;
    private final Calibration newest;

    /** The same at all times, until told otherwise. */
    public CalibrationHistory(Calibration before) {
        this(before, new long[0], new long[0], new Calibration[0]);
    }

    private CalibrationHistory(Calibration before, long[] froms, long[] sequences, Calibration[] curves) {
        this.before = before;
        this.froms = froms;
        this.sequences = sequences;
        this.curves = curves;
        newestFrom = froms.length == 0 ? Long.MIN_VALUE : froms[froms.length - 1];
        newest = froms.length == 0 ? before : curves[froms.length - 1];
    }

    /**
     * With one entry more, taken in the order of the log: of two that begin at the same moment the
     * later one counts, and one that withdraws leaves that moment to the calibration before it.
     */
    public CalibrationHistory with(long sequence, Entry.Calibration entry) {
        long from = Nanos.of(entry.from());
        int found = Arrays.binarySearch(froms, from);
        int place = found < 0 ? -found - 1 : found;
        int after = found < 0 ? place : place + 1;
        int kept = entry.isWithdrawal() ? 0 : 1;
        int size = place + kept + froms.length - after;
        long[] newFroms = Arrays.copyOf(froms, size);
        long[] newSequences = Arrays.copyOf(sequences, size);
        Calibration[] newCurves = Arrays.copyOf(curves, size);
        if (kept == 1) {
            newFroms[place] = from;
            newSequences[place] = sequence;
            newCurves[place] = entry.curve();
        }
        System.arraycopy(froms, after, newFroms, place + kept, froms.length - after);
        System.arraycopy(sequences, after, newSequences, place + kept, froms.length - after);
        System.arraycopy(curves, after, newCurves, place + kept, froms.length - after);
        return new CalibrationHistory(before, newFroms, newSequences, newCurves);
    }

    /** The true value of what was measured then. */
    public double apply(double raw, long measured) {
        return (measured >= newestFrom ? newest : at(measured)).apply(raw);
    }

    /** What held at that moment. */
    public Calibration at(long nanos) {
        int place = placeOf(nanos);
        return place < 0 ? before : curves[place];
    }

    /** The entry of the log that held at that moment; 0 where none did yet. */
    public long sequenceAt(long nanos) {
        int place = placeOf(nanos);
        return place < 0 ? 0 : sequences[place];
    }

    private int placeOf(long nanos) {
        int found = Arrays.binarySearch(froms, nanos);
        return found < 0 ? -found - 2 : found;
    }
}
