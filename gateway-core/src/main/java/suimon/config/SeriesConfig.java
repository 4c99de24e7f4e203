package suimon.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.reading.Calibration;
import suimon.reading.Unit;
import suimon.reading.Words;

/** One series. */
public record SeriesConfig(
        @Describe("What an operator reads") @Nullable Words title,
        @Describe("UCUM code, such as mg/L, Cel, 1") @Default("") Unit unit,
        @Describe("How often a value is expected") @Nullable Duration every,
        @Describe("A value older than this looks stale; left out: three times every, or 15 min")
                @Nullable Duration staleAfter,
        @Describe("The reading as offset + gain * raw") @Nullable CalibrationConfig calibration,
        @Describe("Metres below the surface, positive down; for tests that depend on it") @Nullable Double depth,
        @Describe("Quality tests as in QARTOD") @Nullable GradeConfig grade,
        @Describe("Whether the readings themselves go up the link (lane P3)") @Default("true")
                boolean forwardReadings) {

    /** Either offset and gain, or two points that were measured against a reference. */
    public record CalibrationConfig(
            @Default("0") double offset,
            @Default("1") double gain,
            @Describe("Two-point calibration, instead of offset and gain") @Nullable TwoPoint twoPoint) {

        /** The line through the two points, or offset and gain as given. */
        public Calibration line() {
            if (twoPoint == null) {
                return new Calibration(offset, gain);
            }
            double slope = (twoPoint.trueHigh - twoPoint.trueLow) / (twoPoint.rawHigh - twoPoint.rawLow);
            return new Calibration(twoPoint.trueLow - slope * twoPoint.rawLow, slope);
        }
    }

    /** Raw readings beside their true values. */
    public record TwoPoint(double rawLow, double trueLow, double rawHigh, double trueHigh) {}
}
