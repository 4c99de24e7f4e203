package suimon.config;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thresholds of the quality tests of one series, as in QARTOD (U.S. IOOS, Manuals for Real-Time
 * Quality Control) with the semantics of ioos_qc; a test that is left out is not run. Values are in
 * the unit of the series, after calibration.
 */
public record GradeConfig(
        @Describe("Limits of the sensor and of what is plausible") @Nullable GrossRange grossRange,
        @Describe("What is usual in a part of the year, at a depth; a later line goes before an earlier one")
                List<Climatology> climatology,
        @Describe("A value far from both neighbours, decided when the next one is there") @Nullable Spike spike,
        @Describe("A step that is too quick") @Nullable RateOfChange rateOfChange,
        @Describe("A sensor that gives the same value again and again") @Nullable FlatLine flatLine,
        @Describe("A signal that hardly moves any more") @Nullable AttenuatedSignal attenuatedSignal,
        @Describe("A value after a pause") @Nullable TimeGap timeGap,
        @Describe("A value that took too long to get here") @Nullable DataReception dataReception,
        @Describe("A measured time that can't be") @Nullable ImpossibleDate impossibleDate,
        @Describe("Water that is lighter than the water above it, in a profile of densities")
                @Nullable DensityInversion densityInversion,
        @Describe("Where it was measured, by series of longitude and latitude") @Nullable Location location,
        @Describe("A quick step that a related series does not share") @Nullable Multivariate multivariate,
        @Describe("A slow departure from neighbours that measure the same") @Nullable Drift drift) {
    public GradeConfig {
        climatology = List.copyOf(climatology);
    }

    /** Without tests that look at other series. */
    public GradeConfig(
            @Nullable GrossRange grossRange, List<Climatology> climatology, @Nullable Spike spike,
            @Nullable RateOfChange rateOfChange, @Nullable FlatLine flatLine,
            @Nullable AttenuatedSignal attenuatedSignal, @Nullable TimeGap timeGap,
            @Nullable DataReception dataReception, @Nullable ImpossibleDate impossibleDate) {
        this(grossRange, climatology, spike, rateOfChange, flatLine, attenuatedSignal, timeGap, dataReception,
                impossibleDate, null, null, null, null);
    }

    /** No test at all. */
    public static final GradeConfig NONE =
            new GradeConfig(null, List.of(), null, null, null, null, null, null, null);

    /** The same tests with this gross range. */
    public GradeConfig with(GrossRange range) {
        return new GradeConfig(range, climatology, spike, rateOfChange, flatLine, attenuatedSignal, timeGap,
                dataReception, impossibleDate, densityInversion, location, multivariate, drift);
    }

    static void require(boolean holds, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException(wanted);
        }
    }

    static boolean isRising(@Nullable Double suspect, @Nullable Double fail) {
        return suspect == null || fail == null || suspect <= fail;
    }

    /** Outside fail is 4, outside suspect is 3; both ends belong to what is good. */
    public record GrossRange(
            @Describe("Below this it fails") double failLow,
            @Describe("Above this it fails") double failHigh,
            @Describe("Below this it is suspect; left out: failLow") @Nullable Double suspectLow,
            @Describe("Above this it is suspect; left out: failHigh") @Nullable Double suspectHigh) {
        public GrossRange {
            double low = suspectLow == null ? failLow : suspectLow;
            double high = suspectHigh == null ? failHigh : suspectHigh;
            require(failLow <= low && low <= high && high <= failHigh,
                    "failLow <= suspectLow <= suspectHigh <= failHigh");
        }

        /** Below this it is suspect at least. */
        public double low() {
            return suspectLow == null ? failLow : suspectLow;
        }

        /** Above this it is suspect at least. */
        public double high() {
            return suspectHigh == null ? failHigh : suspectHigh;
        }
    }

    /** The parts of a year, in UTC, that {@link Climatology} counts in. */
    public enum Period {
        /** 1 to 12. */
        MONTH,
        /** 1 to 53, as in ISO 8601. */
        WEEK,
        /** 1 to 366. */
        DAY_OF_YEAR,
        /** 1 to 4. */
        QUARTER;

        /** The last of a year. */
        public int last() {
            return switch (this) {
                case MONTH -> 12;
                case WEEK -> 53;
                case DAY_OF_YEAR -> 366;
                case QUARTER -> 4;
            };
        }
    }

    /** What is usual in a part of the year, both ends included; what no line covers is not evaluated. */
    public record Climatology(
            @Describe("What from and to count: month, week, day-of-year or quarter, in UTC") Period period,
            @Describe("First one, from 1") @Within(min = "1") int from,
            @Describe("Last one; over the new year takes two lines") int to,
            @Describe("Below this it is suspect") double suspectLow,
            @Describe("Above this it is suspect") double suspectHigh,
            @Describe("Below this it fails; left out: never") @Nullable Double failLow,
            @Describe("Above this it fails; left out: never") @Nullable Double failHigh,
            @Describe("Only for series at this depth or deeper, in metres") @Nullable Double depthFrom,
            @Describe("Only for series at this depth or above it, in metres") @Nullable Double depthTo) {
        public Climatology {
            require(from <= to && to <= period.last(),
                    "1 <= from <= to <= " + period.last() + "; over the new year write two lines");
            require(suspectLow <= suspectHigh, "suspectLow <= suspectHigh");
            require(isRising(failLow, suspectLow) && isRising(suspectHigh, failHigh),
                    "failLow <= suspectLow and suspectHigh <= failHigh");
            require(isRising(depthFrom, depthTo), "depthFrom <= depthTo");
        }
    }

    /** How a spike is measured. */
    public enum SpikeMethod {
        /** The distance from the mean of the two neighbours. */
        AVERAGE,
        /** The smaller of the steps to it and from it, when they go opposite ways. */
        DIFFERENTIAL
    }

    /** More than the threshold is suspect or fails. */
    public record Spike(
            @Describe("More than this is suspect, in the unit of the series") @Nullable Double suspect,
            @Describe("More than this fails") @Nullable Double fail,
            @Describe("average: from the mean of the neighbours; differential: the smaller step to and from it")
                    @Default("average") SpikeMethod method) {
        public Spike {
            require(suspect != null || fail != null, "suspect, fail or both");
            require(isRising(suspect, fail), "suspect <= fail");
        }
    }

    /** A change per second above the threshold is suspect or fails. */
    public record RateOfChange(
            @Describe("More per second than this is suspect, in the unit of the series")
                    @Within(min = "0") double perSecond,
            @Describe("More per second than this fails; left out: never") @Nullable Double failPerSecond) {
        public RateOfChange {
            require(isRising(perSecond, failPerSecond), "perSecond <= failPerSecond");
        }
    }

    /**
     * A range below the tolerance for so long is suspect or fails. Counted in values, one each
     * {@code every}.
     */
    public record FlatLine(
            @Describe("Values that differ by less than this count as the same") double tolerance,
            @Describe("Suspect after so long; needs every") Duration suspectAfter,
            @Describe("Fails after so long") Duration failAfter) {
        public FlatLine {
            require(suspectAfter.compareTo(failAfter) <= 0, "suspectAfter <= failAfter");
        }
    }

    /** What of a signal's movement is looked at. */
    public enum Movement {
        /** The standard deviation. */
        DEVIATION,
        /** The greatest less the least. */
        RANGE
    }

    /** A movement below the threshold over a time is suspect or fails. */
    public record AttenuatedSignal(
            @Describe("A movement below this is suspect, in the unit of the series") double suspect,
            @Describe("A movement below this fails") double fail,
            @Describe("Looked at over so long before each value") Duration over,
            @Describe("With fewer values than this in it nothing is said")
                    @Default("10") @Within(min = "1", max = "4096") int valuesMin,
            @Describe("deviation (standard deviation) or range") @Default("deviation") Movement movement) {
        public AttenuatedSignal {
            require(fail <= suspect, "fail <= suspect");
            require(over.isPositive(), "over: more than 0s");
        }
    }

    /** A value after a pause longer than this; the first value goes with the second. */
    public record TimeGap(
            @Describe("Suspect after a longer pause") @Nullable Duration suspectAfter,
            @Describe("Fails after a longer pause") @Nullable Duration failAfter) {
        public TimeGap {
            require(suspectAfter != null || failAfter != null, "suspectAfter, failAfter or both");
        }
    }

    /** A value that is older than this when it arrives. */
    public record DataReception(
            @Describe("Suspect when it arrives later than this") @Nullable Duration suspectAfter,
            @Describe("Fails when it arrives later than this") @Nullable Duration failAfter) {
        public DataReception {
            require(suspectAfter != null || failAfter != null, "suspectAfter, failAfter or both");
        }
    }

    /** A measured time before this day, or ahead of the gateway's clock by more, fails. */
    public record ImpossibleDate(
            @Describe("Nothing can have been measured before this day (UTC)")
                    @Default("2000-01-01") LocalDate earliest,
            @Describe("How far ahead of the gateway's clock it may be") @Default("5min") Duration aheadMax) {}

    /**
     * Density that falls with depth. All series of the same profile belong together, in the order of
     * their depth; each is compared with the next above and below.
     */
    public record DensityInversion(
            @Describe("A name that all densities of one profile share, such as pen1") String profile,
            @Describe("Less than this more than above is suspect, below zero: kg/m3 or what the series is in")
                    @Within(max = "0") @Nullable Double suspect,
            @Describe("Less than this more than above fails; left out: never")
                    @Within(max = "0") @Nullable Double fail,
            @Describe("So far apart in time readings may be that are compared") @Default("10min") Duration within) {
        public DensityInversion {
            require(suspect != null || fail != null, "suspect, fail or both");
            require(isRising(fail, suspect), "fail <= suspect");
        }
    }

    /** Where a reading was measured: outside the box it fails, a step or a speed too great is bad. */
    public record Location(
            @Describe("Series of the longitude, degrees east") String longitude,
            @Describe("Series of the latitude, degrees north") String latitude,
            @Describe("Where it may be; outside it fails") @Nullable Box box,
            @Describe("More metres than this from the position before are suspect") @Within(min = "0")
                    @Nullable Double stepMax,
            @Describe("Faster than this is suspect, in m/s") @Within(min = "0") @Nullable Double suspectSpeed,
            @Describe("Faster than this fails, in m/s") @Within(min = "0") @Nullable Double failSpeed,
            @Describe("So far apart in time longitude and latitude may be from the reading") @Default("1min")
                    Duration within) {
        public Location {
            require(isRising(suspectSpeed, failSpeed), "suspectSpeed <= failSpeed");
        }
    }

    /** Degrees; its borders belong to it. */
    public record Box(
            @Within(min = "-180", max = "180") double west, @Within(min = "-90", max = "90") double south,
            @Within(min = "-180", max = "180") double east, @Within(min = "-90", max = "90") double north) {
        public Box {
            require(west < east && south < north, "west < east and south < north");
        }
    }

    /** A step above the threshold is suspect where the related series made none above its own. */
    public record Multivariate(
            @Describe("Series that moves with it") String related,
            @Describe("More per second than this is a quick step, in the unit of the series")
                    @Within(min = "0") double perSecond,
            @Describe("More per second than this of the related series accounts for it, in its unit")
                    @Within(min = "0") double relatedPerSecond,
            @Describe("So far apart in time readings of both may be that are compared") @Default("1min")
                    Duration within) {}

    /** A trend of the daily medians of the difference that makes more than the threshold is suspect. */
    public record Drift(
            @Describe("Series of the same kind nearby; of several their middle counts") List<String> neighbours,
            @Describe("A departure of more than this over the time looked at, in the unit of the series")
                    @Within(min = "0") double suspect,
            @Describe("Looked at over so many days") @Default("60d") @Within(min = "8d", max = "120d") Duration over,
            @Describe("So old the neighbours' values may be") @Default("30min") Duration within) {
        /** Neighbours of one series at most. */
        public static final int NEIGHBOURS_MAX = 8;

        public Drift {
            neighbours = List.copyOf(neighbours);
            require(!neighbours.isEmpty() && neighbours.size() <= NEIGHBOURS_MAX,
                    "neighbours: 1 to " + NEIGHBOURS_MAX + " series");
        }
    }
}
