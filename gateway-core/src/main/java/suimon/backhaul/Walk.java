package suimon.backhaul;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Walks the log for a lane and says what becomes of each entry, or of each row of a batch. P3 sees
 * every entry, so a jump in the sequence is what retention removed or sealing merged; the other lanes
 * look only for their kinds, and what lies between is not meant for them.
 */
final class Walk {
    /** At most so many entries, rows and bytes are looked at for one frame; the rest waits. */
    static final int ENTRIES_MAX = 2_000;

    static final int STEPS_MAX = 20_000;
    static final long READ_BYTES_MAX = 1L << 20;

    private final LogReader reader;
    private final LongSupplier newest;
    private final IntPredicate isForwarded;
    private final @Nullable ObjectWalk objects;

    /**
     * @param newest the sequence of the log's newest entry
     * @param isForwarded whether readings of a series are meant for the destination
     * @param objects for P4; null where there are no captures
     */
    Walk(LogReader reader, LongSupplier newest, IntPredicate isForwarded, @Nullable ObjectWalk objects) {
        this.reader = reader;
        this.newest = newest;
        this.isForwarded = isForwarded;
        this.objects = objects;
    }

    /** How far the lane can come: the number of the newest entry of the log, for P4 of the newest capture. */
    long newest(Lane lane) {
        if (lane != Lane.P4) {
            return newest.getAsLong();
        }
        return objects == null ? 0 : objects.newest();
    }

    /** The destination has a part of that capture; 0: of none. */
    void hold(String destination, long number) {
        if (objects != null) {
            objects.hold(destination, number);
        }
    }

    /** What becomes of an entry or a row. */
    enum Fate {
        SEND,
        UNMEANT,
        EXPIRED,
        REMOVED
    }

    /**
     * One entry, one row of a batch, or one piece of a capture.
     *
     * @param end where the lane stands after it
     * @param entry null where it is a piece
     * @param row the row of a batch, 0 otherwise
     * @param series what it refers to; -1 for none
     * @param at when it was measured or happened, as far as it is known
     * @param counts what it does to the books: a batch counts with its last row
     */
    record Step(
            Place end, @Nullable Entry entry, int row, int series, Fate fate, Instant at, Counts counts,
            @Nullable ObjectPiece piece) {
        Step(Place end, Entry entry, int row, int series, Fate fate, Instant at, Counts counts) {
            this(end, entry, row, series, fate, at, counts, null);
        }
    }

    /**
     * Steps from a place on, of which the last is the last to be sent or told, and what lies behind
     * it up to the end is not meant for the lane.
     *
     * @param end where the walk ended
     * @param passed the entries between the last step and the end, none of them meant for the lane
     * @param isMoreWaiting whether a limit ended it
     */
    record Stretch(Place from, List<Step> steps, Place end, long passed, boolean isMoreWaiting) {
        /** What is left of it after so many of its steps. */
        Stretch after(int count) {
            Place at = steps.get(count - 1).end();
            return new Stretch(at, steps.subList(count, steps.size()), end, passed, isMoreWaiting);
        }
    }

    Stretch from(Lane lane, Place place, long cutoff) throws StoreFailed {
        if (lane == Lane.P4) {
            return objects == null ? new Stretch(place, List.of(), place, 0, false) : objects.from(place);
        }
        long last = newest.getAsLong();
        List<Class<? extends Entry>> kinds = Lanes.kindsOf(lane);
        List<Sequenced> found = kinds.isEmpty()
                ? reader.after(place.sequence(), ENTRIES_MAX, READ_BYTES_MAX)
                : reader.after(kinds, place.sequence(), ENTRIES_MAX, READ_BYTES_MAX);
        Steps steps = new Steps(lane, place, cutoff);
        int taken = 0;
        while (taken < found.size() && steps.size() < STEPS_MAX) {
            steps.add(found.get(taken));
            taken++;
        }
        if (found.isEmpty() && !kinds.isEmpty()) {
            steps.passUpTo(last);
        }
        boolean isMoreWaiting = taken < found.size()
                || (kinds.isEmpty() ? steps.sequence < last : taken == ENTRIES_MAX);
        return steps.toStretch(isMoreWaiting);
    }

    /** Steps while they are collected. */
    private final class Steps {
        private final Lane lane;
        private final Place from;
        private final long cutoff;
        private final List<Step> steps = new ArrayList<>();
        private long sequence;
        private int row;
        private long passed;

        Steps(Lane lane, Place from, long cutoff) {
            this.lane = lane;
            this.from = from;
            this.cutoff = cutoff;
            this.sequence = from.sequence();
            this.row = from.row();
        }

        int size() {
            return steps.size();
        }

        void add(Sequenced sequenced) {
            long skipped = sequenced.sequence() - sequence - 1;
            if (skipped > 0) {
                skip(skipped, sequenced);
            }
            sequence = sequenced.sequence();
            Entry entry = sequenced.entry();
            if (!Lanes.carries(lane, entry)) {
                passed++;
            } else if (entry instanceof Entry.Batch batch) {
                addRows(batch);
            } else {
                addEntry(entry);
            }
            row = 0;
        }

        private void skip(long skipped, Sequenced next) {
            row = 0;
            // What sealing has merged into other entries comes with those.
            long merged = lane == Lane.P3 ? reader.mergedBetween(sequence, next.sequence()) : skipped;
            passed += merged;
            if (merged < skipped) {
                steps.add(new Step(new Place(next.sequence() - 1, 0), next.entry(), 0, -1, Fate.REMOVED,
                        momentOf(next.entry()), new Counts(0, 0, skipped - merged, 0, takePassed())));
            }
        }

        private void addEntry(Entry entry) {
            int series = Lanes.seriesOf(entry);
            boolean isMeant = lane != Lane.P3 || isForwarded.test(series);
            if (!isMeant) {
                passed++;
                return;
            }
            steps.add(new Step(new Place(sequence, 0), entry, 0, series, Fate.SEND, Instant.EPOCH,
                    new Counts(0, 1, 0, 0, takePassed())));
        }

        private void addRows(Entry.Batch batch) {
            Readings readings = batch.readings();
            int first = steps.size();
            boolean isSent = row > 0;
            for (int at = row; at < readings.size(); at++) {
                if (!isForwarded.test(readings.series(at))) {
                    continue;
                }
                boolean isOld = readings.measured(at) < cutoff;
                isSent |= !isOld;
                Fate fate = isOld ? Fate.EXPIRED : Fate.SEND;
                steps.add(new Step(new Place(sequence - 1, at + 1), batch, at, readings.series(at), fate,
                        Nanos.toInstant(readings.measured(at)), new Counts(0, 0, 0, 0, takePassed())));
            }
            if (steps.size() == first && !isSent) {
                passed++;
                return;
            }
            if (steps.size() == first) {
                // Only after a change of the configuration: the rest of it is no longer meant.
                steps.add(new Step(Place.START, batch, 0, -1, Fate.UNMEANT, Instant.EPOCH,
                        new Counts(0, 0, 0, 0, takePassed())));
            }
            Step last = steps.removeLast();
            Counts counts = isSent ? new Counts(0, 1, 0, 0, 0) : new Counts(0, 0, 1, 0, 0);
            steps.add(new Step(new Place(sequence, 0), batch, last.row(), last.series(), last.fate(),
                    last.at(), last.counts().plus(counts)));
        }

        private long takePassed() {
            long taken = passed;
            passed = 0;
            return taken;
        }

        private Instant momentOf(Entry entry) {
            return entry instanceof Entry.Batch batch && batch.readings().size() > 0
                    ? Nanos.toInstant(batch.readings().received(0))
                    : Instant.EPOCH;
        }

        /** Nothing up to there is meant for the lane. */
        void passUpTo(long last) {
            if (last > sequence) {
                passed += last - sequence;
                sequence = last;
                row = 0;
            }
        }

        Stretch toStretch(boolean isMoreWaiting) {
            return new Stretch(from, List.copyOf(steps), new Place(sequence, row), passed, isMoreWaiting);
        }
    }
}
