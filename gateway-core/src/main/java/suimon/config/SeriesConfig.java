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
        @Describe("The unit it is sent in, where that is another: converted on reading, the raw value is kept")
                @Nullable Unit rawUnit,
        @Describe("CF standard name, such as sea_water_temperature; the unit must fit it")
                @Nullable String standardName,
        @Describe("How often a value is expected") @Nullable Duration every,
        @Describe("A value older than this looks stale; left out: three times every, or 15 min")
                @Nullable Duration staleAfter,
        @Describe("The reading as offset + gain * value in unit") @Nullable CalibrationConfig calibration,
        @Describe("A person is reminded when the last calibration is older, such as 30d")
                @Nullable Duration calibrateEvery,
        @Describe("Computed from other series by a published equation, instead of sent")
                @Nullable DerivedConfig derived,
        @Describe("Metres below the surface, positive down; for tests that depend on it") @Nullable Double depth,
        @Describe("Quality tests as in QARTOD") @Nullable GradeConfig grade,
        @Describe("Whether the readings themselves go up the link (lane P3)") @Default("true")
                boolean forwardReadings) {

    /** Sent as it is, under no standard name. */
    public SeriesConfig(
            @Nullable Words title, Unit unit, @Nullable Duration every, @Nullable Duration staleAfter,
            @Nullable CalibrationConfig calibration, @Nullable Double depth, @Nullable GradeConfig grade,
            boolean forwardReadings) {
        this(title, unit, null, null, every, staleAfter, calibration, null, depth, grade, forwardReadings);
    }

    /** Nobody is reminded to calibrate it. */
    public SeriesConfig(
            @Nullable Words title, Unit unit, @Nullable Unit rawUnit, @Nullable String standardName,
            @Nullable Duration every, @Nullable Duration staleAfter, @Nullable CalibrationConfig calibration,
            @Nullable DerivedConfig derived, @Nullable Double depth, @Nullable GradeConfig grade,
            boolean forwardReadings) {
        this(title, unit, rawUnit, standardName, every, staleAfter, calibration, null, derived, depth, grade,
                forwardReadings);
    }

    /** The line of a series that may have none. */
    public static Calibration line(@Nullable SeriesConfig series) {
        return series == null ? Calibration.NONE : series.line();
    }

    /** From the raw value to the reading: converted to the unit first, then calibrated in it. */
    public Calibration line() {
        return conversion().then(calibration == null ? Calibration.NONE : calibration.line());
    }

    /** From the unit it comes in to its own; none where they can't be converted, which is refused. */
    public Calibration conversion() {
        return derived != null
                ? Formula.convert(derived.formula().output(), unit).orElse(Calibration.NONE)
                : arrivesIn().to(unit).orElse(Calibration.NONE);
    }

    /** The unit its values are sent in; unknown where nobody said. */
    public Unit arrivesIn() {
        return rawUnit == null ? unit : rawUnit;
    }

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
