package suimon.quality;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.quality.Companions.Point;
import suimon.reading.Grade;

/**
 * Grades one series by its {@link Companions} as values come. A value waits until it is known which
 * values of the companions are nearest to it in time; what is late is left to sealing. One thread.
 */
public final class CompanionGrader {
    /** So many of a companion's newest values are remembered; older are forgotten. */
    static final int RECENT_MAX = 64;
    /** So many values wait at most; the oldest is judged by what is there. */
    static final int WAITING_MAX = 64;

    private final Companions companions;
    private final Recent[] recents;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long newest = Long.MIN_VALUE;
    private @Nullable Point before;
    private long decided = Long.MIN_VALUE;
    private Grade grade = Grade.NOT_EVALUATED;
    private int tests;
    private boolean isWorse;

    private static final class Waiting {
        final double value;
        final long measured;
        Grade grade;
        int tests;

        Waiting(double value, long measured, Grade grade, int tests) {
            this.value = value;
            this.measured = measured;
            this.grade = grade;
            this.tests = tests;
        }
    }

    /** What is known of one companion: the newest values in a ring, by time. */
    private static final class Recent {
        final double[] values = new double[RECENT_MAX];
        final long[] times = new long[RECENT_MAX];
        int size;

        void add(double value, long measured) {
            if (size > 0 && measured <= newest()) {
                return;
            }
            if (size == RECENT_MAX) {
                System.arraycopy(values, 1, values, 0, RECENT_MAX - 1);
                System.arraycopy(times, 1, times, 0, RECENT_MAX - 1);
                size--;
            }
            values[size] = value;
            times[size] = measured;
            size++;
        }

        long newest() {
            return size == 0 ? Long.MIN_VALUE : times[size - 1];
        }

        double nearest(long at, long within) {
            double found = Double.NaN;
            long least = Long.MAX_VALUE;
            for (int row = 0; row < size; row++) {
                long apart = Math.abs(Thresholds.difference(times[row], at));
                if (apart <= within && apart < least) {
                    least = apart;
                    found = values[row];
                }
            }
            return found;
        }
    }

    public CompanionGrader(Companions companions) {
        this.companions = companions;
        recents = new Recent[companions.all().size()];
        for (int index = 0; index < recents.length; index++) {
            recents[index] = new Recent();
        }
    }

    /** The next value of the series with what other tests found; times are nanoseconds since the epoch. */
    public void value(double value, long measured, Grade graded, int because) {
        if (measured > newest) {
            newest = measured;
            waiting.addLast(new Waiting(value, measured, graded, because));
        }
    }

    /** Other tests found something else of a value that came before. */
    public void regraded(long measured, Grade graded, int because) {
        for (Waiting one : waiting) {
            if (one.measured == measured) {
                one.grade = graded;
                one.tests = because;
            }
        }
    }

    /** The next value of a companion, by its place in {@link Companions#all}. */
    public void companion(int index, double value, long measured) {
        recents[index].add(value, measured);
    }

    /** Judges the oldest value that waits when that is possible; then the following say what it is. */
    public boolean decide() {
        Waiting oldest = waiting.peekFirst();
        if (oldest == null || !isReady(oldest) && waiting.size() <= WAITING_MAX) {
            return false;
        }
        waiting.removeFirst();
        List<Companions.Companion> all = companions.all();
        double[] others = new double[recents.length];
        for (int index = 0; index < others.length; index++) {
            others[index] = recents[index].nearest(oldest.measured, all.get(index).withinNanos());
        }
        Point now = new Point(oldest.value, oldest.measured, others);
        Companions.Verdict verdict = companions.judge(before, now);
        before = now;
        decided = oldest.measured;
        grade = oldest.grade.worse(verdict.grade);
        tests = joined(oldest.grade, oldest.tests, verdict);
        isWorse = !grade.isUsable() && (grade != oldest.grade || tests != oldest.tests);
        if (Thresholds.isMissing(oldest.value)) {
            grade = Grade.MISSING;
            tests = 0;
            isWorse = false;
        }
        return true;
    }

    /** The nearest value is known when one as late has come, or when the series went on for long enough. */
    private boolean isReady(Waiting one) {
        for (int index = 0; index < recents.length; index++) {
            boolean isKnown = recents[index].newest() >= one.measured
                    || Thresholds.difference(newest, one.measured) > companions.all().get(index).withinNanos();
            if (!isKnown) {
                return false;
            }
        }
        return true;
    }

    static int joined(Grade graded, int because, Companions.Verdict verdict) {
        if (verdict.grade.isUsable() || verdict.grade == Grade.MISSING || graded.worse(verdict.grade) != verdict.grade) {
            return because;
        }
        return graded == verdict.grade ? because | verdict.tests : verdict.tests;
    }

    /** Whether the value that was judged last is worse than other tests had found, or for more reasons. */
    public boolean isWorse() {
        return isWorse;
    }

    /** When the value that was judged last was measured. */
    public long measured() {
        return decided;
    }

    /** What the value that was judged last is, all tests together. */
    public Grade grade() {
        return grade;
    }

    /** The tests that made it suspect or worse. */
    public int tests() {
        return tests;
    }
}
