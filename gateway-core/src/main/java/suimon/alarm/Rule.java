package suimon.alarm;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import suimon.config.AlarmConfig;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Series;
import suimon.reading.Words;

/**
 * One configured rule on one series. Values are calibrated; readings that failed their quality test
 * or are missing don't count, suspect ones do: a person at the pen would rather look once too often.
 *
 * @param onDelay how long the evidence must last, in measured time
 * @param offDelay how long it must be gone, in measured time
 */
public record Rule(
        String name, String series, Severity severity, Test test, Duration onDelay, Duration offDelay,
        boolean latched, Words message, Words action) {

    /** The rule's own test. */
    public sealed interface Test {}

    /** Breached above the limit, clear at or below limit - deadband. */
    public record Above(double limit, double deadband) implements Test {}

    /** Breached below the limit, clear at or above limit + deadband. */
    public record Below(double limit, double deadband) implements Test {}

    /** Breached when the change since the last reading is faster, up or down, in units per hour. */
    public record Rate(double perHour) implements Test {}

    /** Breached when nothing arrived for so long, in the gateway's monotonic time. */
    public record Silence(Duration patience) implements Test {}

    /** The rule as configured; the message is made from the rule where none is configured. */
    public static Rule of(AlarmConfig config, Series series) {
        Test test = test(config);
        Words message = Objects.requireNonNullElseGet(config.message(), () -> words(test, series));
        return new Rule(config.name(), config.series(), config.severity(), test, config.onDelay(),
                config.offDelay(), config.latched(), message, config.action());
    }

    /**
     * What a value says.
     *
     * @param previous the last value that counted; NaN when there is none
     * @param elapsedNanos measured time since then
     */
    public Evidence judge(double value, double previous, long elapsedNanos) {
        return switch (test) {
            case Above above -> value > above.limit ? Evidence.BREACHED
                    : value <= above.limit - above.deadband ? Evidence.CLEAR : Evidence.UNDECIDED;
            case Below below -> value < below.limit ? Evidence.BREACHED
                    : value >= below.limit + below.deadband ? Evidence.CLEAR : Evidence.UNDECIDED;
            case Rate rate -> judgeRate(rate, value, previous, elapsedNanos);
            // A value arrived, so it isn't silent; the breach comes from the clock alone.
            case Silence ignored -> Evidence.CLEAR;
        };
    }

    private static Evidence judgeRate(Rate rate, double value, double previous, long elapsedNanos) {
        if (Double.isNaN(previous) || elapsedNanos <= 0) {
            return Evidence.UNDECIDED;
        }
        double perHour = Math.abs(value - previous) * 3600e9 / elapsedNanos;
        return perHour > rate.perHour ? Evidence.BREACHED : Evidence.CLEAR;
    }

    private static Test test(AlarmConfig config) {
        if (config.above() != null) {
            return new Above(config.above(), config.deadband());
        }
        if (config.below() != null) {
            return new Below(config.below(), config.deadband());
        }
        if (config.ratePerHour() != null) {
            return new Rate(config.ratePerHour());
        }
        if (config.silentFor() != null) {
            return new Silence(config.silentFor());
        }
        throw new IllegalArgumentException("alarm " + config.name() + " has no rule");
    }

    private static Words words(Test test, Series series) {
        String ja = series.title().ja();
        String en = series.title().en();
        String unit = series.unit().isEmpty() || series.unit().equals("1") ? "" : " " + series.unit();
        return switch (test) {
            case Above above -> new Words(ja + "が " + number(above.limit) + unit + " を上回りました",
                    en + " is above " + number(above.limit) + unit);
            case Below below -> new Words(ja + "が " + number(below.limit) + unit + " を下回りました",
                    en + " is below " + number(below.limit) + unit);
            case Rate rate -> new Words(ja + "が1時間に " + number(rate.perHour) + unit + " より速く変わっています",
                    en + " is changing by more than " + number(rate.perHour) + unit + " per hour");
            case Silence silence -> new Words(ja + "のデータが " + minutes(silence.patience, "分", "秒") + " 届いていません",
                    en + ": no data for " + minutes(silence.patience, " min", " s"));
        };
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.6f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String minutes(Duration span, String minute, String second) {
        boolean isWhole = span.toSeconds() % 60 == 0 && span.toSeconds() > 0;
        return isWhole ? span.toMinutes() + minute : span.toSeconds() + second;
    }
}
