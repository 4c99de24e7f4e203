package suimon.pipeline;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import suimon.reading.Series;

/**
 * The newest readings of one series, in the order of the log. There may be tens of thousands of
 * these, so it holds the values as float and no times: 4 bytes per reading and about 100 more.
 *
 * <p>Due at every K-th reading the log holds of the series, counted from its first: after a restart
 * the books give the count back, so the same readings are the K-th again. A reading older than the
 * newest is counted and otherwise left out.
 */
final class CountedSeries implements ModelPlace.Feed {
    /** A reading that claims to be measured so long after its arrival has a wrong clock. */
    private static final long AHEAD_MAX = Duration.ofMinutes(5).toNanos();

    private static final float[] NO_TIME = {};

    final List<Series> outputs;
    private final CountedPlace place;
    private final float[] ring;
    /** Readings since the last that was one of the K-th. */
    private int sinceTurn;
    private long newest = Long.MIN_VALUE;
    private long issued = Long.MIN_VALUE;
    private long turnSequence = Long.MAX_VALUE;
    private long earlierTurnSequence = Long.MAX_VALUE;
    private int next;
    private int waitingAt = -1;

    CountedSeries(CountedPlace place, List<Series> outputs, long count) {
        this.place = place;
        this.outputs = outputs;
        sinceTurn = (int) Math.floorMod(count, (long) place.model().contract().every());
        ring = new float[place.model().contract().steps()];
        Arrays.fill(ring, Float.NaN);
    }

    @Override
    public void observe(long sequence, long measured, long received, double value, boolean usable) {
        Contract contract = place.model().contract();
        sinceTurn = sinceTurn + 1 == contract.every() ? 0 : sinceTurn + 1;
        if (measured >= newest && measured - received <= AHEAD_MAX) {
            Contract.Input input = contract.inputs().getFirst();
            float taken = usable && value >= input.low() && value <= input.high() ? (float) value : Float.NaN;
            if (measured == newest) {
                ring[(next == 0 ? ring.length : next) - 1] = taken;
            } else {
                put(sequence, taken);
                newest = measured;
            }
        }
        if (sinceTurn == 0 && newest > issued && hasHistory(contract.inputs().getFirst().history())) {
            issued = newest;
            waitingAt = place.due(this, window(), waitingAt);
        }
    }

    @Override
    public void remove(long measured) {
        if (measured == newest) {
            ring[(next == 0 ? ring.length : next) - 1] = Float.NaN;
        }
    }

    /** Its window was taken to be run. */
    void taken() {
        waitingAt = -1;
    }

    /** An entry at or before the oldest reading in the window; Long.MAX_VALUE when there is none. */
    long neededFrom() {
        return earlierTurnSequence;
    }

    private void put(long sequence, float value) {
        if (next == 0) {
            // The ring begins anew: whatever it still holds came after the turn before this.
            earlierTurnSequence = turnSequence == Long.MAX_VALUE ? sequence : turnSequence;
            turnSequence = sequence;
        }
        ring[next] = value;
        next = next + 1 == ring.length ? 0 : next + 1;
        place.sawSequence(sequence);
    }

    private boolean hasHistory(Contract.History history) {
        return present(history.within()) >= history.present()
                && (history.fresh() == 0 || present(history.fresh()) > 0);
    }

    private int present(int newestOnes) {
        int present = 0;
        for (int back = 1; back <= newestOnes; back++) {
            present += Float.isNaN(ring[Math.floorMod(next - back, ring.length)]) ? 0 : 1;
        }
        return present;
    }

    /** Oldest first; the time of its newest reading is the window's end. */
    private Window window() {
        float[] values = new float[ring.length];
        System.arraycopy(ring, next, values, 0, ring.length - next);
        System.arraycopy(ring, 0, values, ring.length - next, next);
        float[] mask = new float[ring.length];
        for (int index = 0; index < values.length; index++) {
            if (Float.isNaN(values[index])) {
                values[index] = 0;
            } else {
                mask[index] = 1;
            }
        }
        return new Window(newest, values, mask, NO_TIME);
    }
}
