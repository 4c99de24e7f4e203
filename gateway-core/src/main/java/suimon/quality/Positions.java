package suimon.quality;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Grade;

/**
 * The tests on positions, as they come: whether one is possible at all, how far it is from the one
 * before, how fast that would be. For one platform and one thread; over a whole stretch the same by
 * {@link #grade} and {@link #inArea}.
 *
 * <p>Sources: QARTOD's location test and Argo's impossible speed test (Argo Quality Control Manual,
 * test 5), as in ioos_qc.
 */
public final class Positions {
    private final Limits limits;
    private @Nullable Fix previous;

    /**
     * @param stepMax metres from the position before; more is suspect; null: any
     * @param isExact whether steps are measured on the ellipsoid instead of the sphere
     * @param suspectSpeed metres per second, on the ellipsoid; null: any; likewise failSpeed
     */
    public record Limits(
            @Nullable Double stepMax, boolean isExact, @Nullable Double suspectSpeed, @Nullable Double failSpeed) {}

    public Positions(Limits limits) {
        this.limits = limits;
    }

    /** A position in degrees at a time in nanoseconds. */
    public record Fix(double lon, double lat, long at) {}

    /** What both tests say of a position. */
    public record Verdict(Grade location, Grade speed) {}

    /** Takes the next position: NaN where it is missing. */
    public Verdict next(Fix fix) {
        Verdict verdict = judge(previous, fix, limits);
        previous = fix;
        return verdict;
    }

    /** The same over a whole stretch. */
    public static List<Verdict> grade(List<Fix> fixes, Limits limits) {
        Positions positions = new Positions(limits);
        return fixes.stream().map(positions::next).toList();
    }

    /** What is said of a position after another; null: it is the first. */
    static Verdict judge(@Nullable Fix before, Fix fix, Limits limits) {
        return new Verdict(location(before, fix, limits), speed(before, fix, limits));
    }

    private static Grade location(@Nullable Fix before, Fix fix, Limits limits) {
        boolean hasLon = !Thresholds.isMissing(fix.lon());
        boolean hasLat = !Thresholds.isMissing(fix.lat());
        if (!hasLon && !hasLat) {
            return Grade.MISSING;
        }
        boolean isPossible = hasLon && hasLat && Math.abs(fix.lat()) <= 90 && Math.abs(fix.lon()) <= 180;
        if (!isPossible) {
            return Grade.FAIL;
        }
        if (limits.stepMax() == null || before == null) {
            return Grade.GOOD;
        }
        double step = limits.isExact() ? Earth.onEllipsoid(before.lon(), before.lat(), fix.lon(), fix.lat())
                : Earth.onSphere(before.lon(), before.lat(), fix.lon(), fix.lat());
        return step > limits.stepMax() ? Grade.SUSPECT : Grade.GOOD;
    }

    /** The first is not evaluated; nor is what has no position, or none before, or no time between. */
    private static Grade speed(@Nullable Fix before, Fix fix, Limits limits) {
        if (Thresholds.isMissing(fix.lon()) || Thresholds.isMissing(fix.lat())) {
            return Grade.MISSING;
        }
        if (before == null || Thresholds.isMissing(before.lon()) || Thresholds.isMissing(before.lat())
                || fix.at() <= before.at()) {
            return Grade.NOT_EVALUATED;
        }
        double perSecond = Earth.onEllipsoid(before.lon(), before.lat(), fix.lon(), fix.lat()) * 1e9 / (fix.at() - before.at());
        return Thresholds.above(perSecond, limits.suspectSpeed(), limits.failSpeed());
    }

    /**
     * Fails what lies outside an area, or inside of it. A position on the border is outside.
     *
     * @param corners longitudes and latitudes of a polygon's corners in turn, at least three
     * @param failsInside whether the area is forbidden
     */
    public static Grade inArea(double lon, double lat, List<Fix> corners, boolean failsInside) {
        if (corners.size() < 3) {
            throw new IllegalArgumentException("an area has at least three corners, not " + corners.size());
        }
        if (Thresholds.isMissing(lon) || Thresholds.isMissing(lat)) {
            return Grade.MISSING;
        }
        boolean isInside = false;
        Fix before = corners.getLast();
        for (Fix corner : corners) {
            boolean isBetween = corner.lat() > lat != before.lat() > lat;
            double crossing = before.lon() + (lat - before.lat()) / (corner.lat() - before.lat())
                    * (corner.lon() - before.lon());
            isInside ^= isBetween && lon < crossing;
            before = corner;
        }
        return isInside == failsInside ? Grade.FAIL : Grade.GOOD;
    }
}
