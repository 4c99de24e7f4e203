package suimon.store;

import java.util.Map;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;

/**
 * Says what readings are worth once those around them are known, in the order of time. The store
 * asks at sealing, on the sealing thread; it knows nothing of how that is found.
 */
public interface FinalGrades {
    /** The grades that readings got on arrival are final. */
    FinalGrades AS_THEY_CAME = new FinalGrades() {
        @Override
        public long reachNanos(Series series) {
            return 0;
        }

        @Override
        public boolean isEnoughBefore(Series series, Readings byTime, int from) {
            return true;
        }

        @Override
        public boolean isEnoughAfter(Series series, Readings byTime, int to) {
            return true;
        }

        @Override
        public void grade(Series series, Readings byTime, Others others, Sink sink) {
            throw new IllegalStateException("nothing to grade in " + series.name());
        }
    };

    /**
     * How long before a reading others matter to its grade as a rule, nanoseconds; 0 when none ever
     * does, so that the grade on arrival is final.
     */
    long reachNanos(Series series);

    /** Whether no earlier row than these can change the grades of those from the one before {@code from}. */
    boolean isEnoughBefore(Series series, Readings byTime, int from);

    /** Whether no row before {@code to} can change the grade of the last row or of later ones than these. */
    boolean isEnoughAfter(Series series, Readings byTime, int to);

    /** Takes what a row is worth. */
    @FunctionalInterface
    interface Sink {
        /** @param tests those that made it so, a set as in {@link suimon.reading.QualityTest} */
        void grade(int row, Grade grade, int tests);
    }

    /** Shows readings of other series around the times of those that are being graded. */
    @FunctionalInterface
    interface Others {
        /** By time, of each time the one that counts, from so long before the first row to so long after the last. */
        Readings of(String series, long withinNanos) throws StoreFailed;
    }

    /** Grades readings of one series, each time once; of rows that it says nothing about the grade stays. */
    void grade(Series series, Readings byTime, Others others, Sink sink) throws StoreFailed;

    /** The names of series whose grades depend on this one's readings, with how far away they may be. */
    default Map<String, Long> dependents(Series series) {
        return Map.of();
    }
}
