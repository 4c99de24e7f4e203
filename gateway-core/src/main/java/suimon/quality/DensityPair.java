package suimon.quality;

import org.jspecify.annotations.Nullable;
import suimon.reading.Grade;

/**
 * The density inversion test as the values of a profile come, from the top or from the bottom: each
 * pair of neighbours grades both. One object per profile; for one thread.
 */
public final class DensityPair {
    private final @Nullable Double suspect;
    private final @Nullable Double fail;
    private double density;
    private double depth;
    private boolean hasPrevious;
    private Grade previous = Grade.NOT_EVALUATED;
    private Grade decided = Grade.NOT_EVALUATED;

    /**
     * @param suspect less than this much heavier than above is suspect: below zero, in the unit of the
     *     density; null: never
     * @param fail less than this fails; null: never
     */
    public DensityPair(@Nullable Double suspect, @Nullable Double fail) {
        this.suspect = suspect;
        this.fail = fail;
    }

    /**
     * Takes the next value; 2 when it is the first.
     *
     * @param nextDepth metres below the surface, or pressure
     */
    public Grade next(double nextDensity, double nextDepth) {
        boolean isMissing = Thresholds.isMissing(nextDensity) || Thresholds.isMissing(nextDepth);
        boolean wasMissing = hasPrevious && (Thresholds.isMissing(density) || Thresholds.isMissing(depth));
        Grade pair = hasPrevious
                ? judge(density, depth, nextDensity, nextDepth, suspect, fail) : Grade.NOT_EVALUATED;
        decided = previous == Grade.MISSING ? Grade.MISSING : previous.worse(pair);
        previous = isMissing || wasMissing ? Grade.MISSING : pair;
        density = nextDensity;
        depth = nextDepth;
        hasPrevious = true;
        return previous;
    }

    /** What the value before the last one is for good. */
    public Grade ofPrevious() {
        return decided;
    }

    /** One pair; good where a value or a depth is missing or the depths are the same. */
    static Grade judge(double density, double depth, double nextDensity, double nextDepth,
            @Nullable Double suspect, @Nullable Double fail) {
        double rise = Math.signum(nextDepth - depth) * (nextDensity - density);
        if (fail != null && rise < fail) {
            return Grade.FAIL;
        }
        return suspect != null && rise < suspect ? Grade.SUSPECT : Grade.GOOD;
    }
}
