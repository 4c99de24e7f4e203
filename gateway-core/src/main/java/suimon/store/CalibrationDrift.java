package suimon.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.CalibrationSheet.Reference;
import suimon.reading.Entry;

/**
 * How a sensor drifted between two calibrations, taken as linear in time. What the old one makes of the
 * new one's references, less the references, is how far off it had become; what it missed its own
 * references by at its own time is where it began.
 *
 * @param residual how much too high the old calibration read at the moment of the new one, in the unit
 *     of the series
 * @param perDay how much of that grew each day
 * @param days between the two
 */
public record CalibrationDrift(double residual, double perDay, double days) {
    /** Two calibrations of one visit say nothing about drift. */
    private static final Duration APART_MIN = Duration.ofHours(1);

    /** Null where the new one has no references, or they are too close in time. */
    public static @Nullable CalibrationDrift between(Entry.Calibration old, Entry.Calibration renewed) {
        Duration apart = Duration.between(old.from(), renewed.from());
        if (renewed.sheet().references().isEmpty() || apart.compareTo(APART_MIN) < 0) {
            return null;
        }
        double residual = missedBy(old, renewed.sheet().references());
        double atFirst = old.sheet().references().isEmpty() ? 0 : missedBy(old, old.sheet().references());
        double days = apart.toMillis() / 86_400_000.0;
        return new CalibrationDrift(residual, (residual - atFirst) / days, days);
    }

    private static double missedBy(Entry.Calibration calibration, List<Reference> references) {
        return references.stream().mapToDouble(pair -> calibration.curve().apply(pair.raw()) - pair.reference())
                .average().orElse(0);
    }
}
