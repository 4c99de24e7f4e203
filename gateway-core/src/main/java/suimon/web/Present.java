package suimon.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.access.Role;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.ClockStamp;
import suimon.reading.Entry.Verdict;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.TimeOrigin;
import suimon.reading.Words;

/** What the API says about the present, as JSON; docs/api.md describes it for readers outside. */
public final class Present {
    private Present() {}

    /** Measured by a sensor, or forecast by a model. */
    public enum Kind {
        MEASURED,
        FORECAST
    }

    /**
     * The newest value of one series.
     *
     * @param standardName of CF; null where none is configured
     * @param value the calibrated value as text; null when nothing has arrived
     * @param number the same as a number; null where it is none
     * @param reasons the tests that made it suspect or worse; none when it is neither
     * @param status the OPC UA StatusCode as {@code 0x00000000}
     * @param staleAfterSeconds older than this it must look stale
     * @param forecast set for forecasts only
     */
    public record SeriesNow(
            String name, Words title, String unit, @Nullable String standardName, Kind kind, @Nullable String value,
            @Nullable Double number,
            @Nullable Instant measuredAt, @Nullable Instant receivedAt, @Nullable TimeOrigin timeOrigin,
            Grade grade, List<Reason> reasons, String status, long sequence, long staleAfterSeconds, @Nullable ForecastNow forecast) {}

    /** A test that a value did not pass, by its name in QARTOD and as an operator reads it. */
    public record Reason(String test, Words words) {}

    static List<Reason> reasons(int tests) {
        return tests == 0 ? List.of() : QualityTest.of(tests).stream()
                .map(test -> new Reason(test.qartodName(), test.words())).toList();
    }

    /** One reading of {@link ReadingList}; see {@link SeriesNow}. */
    public record ReadingNow(
            Instant measuredAt, Instant receivedAt, @Nullable String value, @Nullable Double number, Grade grade,
            List<Reason> reasons, String status) {}

    /** Readings by time; {@code nextFrom} is where to go on, null when there are no more. */
    public record ReadingsNow(
            String series, String unit, List<ReadingNow> readings, @Nullable Instant nextFrom) {}

    /** Readings of the same grade for the same reasons, both ends included. */
    public record Spell(Instant from, Instant to, long count, Grade grade, List<Reason> reasons) {
        boolean isOf(Grade other, int tests) {
            return grade == other && reasons.equals(Present.reasons(tests));
        }
    }

    /** The newest first; {@code nextFrom} is where to go on, null when all was looked at. */
    public record SpellsNow(String series, List<Spell> spells, @Nullable Instant nextFrom) {}

    /** Which model said so, from data up to when, for when. */
    public record ForecastNow(String model, Instant issuedAt, Instant validAt) {}

    /** The site and the zone its operators live in. */
    public record SiteNow(String id, Words title, String timeZone) {}

    /** How far the gateway's own clock can be trusted. */
    public record ClockNow(ClockStamp.Trust trust) {}

    /** One alarm occurrence, in the words of OPC UA Part 9. */
    public record AlarmNow(
            String occurrence, String rule, String series, Severity severity, StateNow state, Instant since,
            Instant changedAt, @Nullable Instant clearedAt, @Nullable Double value, Words message, Words action,
            @Nullable String acknowledgedBy, @Nullable Instant acknowledgedAt, @Nullable LabelNow label) {}

    /** See {@link suimon.reading.AlarmState}; retained: still wants a person's eyes. */
    public record StateNow(
            boolean active, boolean acknowledged, boolean confirmed, boolean shelved, boolean suppressed,
            boolean outOfService, boolean latched, boolean retained) {}

    /** The newest verdict on an alarm. */
    public record LabelNow(Verdict verdict, String by, Instant at) {}

    /**
     * One message of the live stream, and the whole overview.
     *
     * @param time the gateway's clock, against which a page counts ages
     * @param sequence the log's entry this message includes
     * @param site only in a full overview
     * @param series those that changed, or all in a full overview; null when none did
     * @param alarms all of them when one changed; null when none did
     */
    public record Message(
            Instant time, String epoch, long sequence, ClockNow clock, @Nullable SiteNow site,
            @Nullable List<SeriesNow> series, @Nullable List<AlarmNow> alarms, @Nullable Status status) {}

    /** Columns of a chart; times in seconds since the epoch, since a chart's axis counts. */
    public record Chart(
            String series, String unit, long fromSeconds, long toSeconds, long bucketSeconds, List<Long> time,
            List<@Nullable Double> mean, List<@Nullable Double> minimum, List<@Nullable Double> maximum,
            List<Long> count, List<Grade> grade, List<ForecastLine> forecasts, List<Limit> limits) {}

    /** Forecasts of the charted series by one model output. */
    public record ForecastLine(
            String series, Words title, String model, Instant issuedAt, List<ForecastPoint> points) {}

    /** One forecast value; the newest issue for that moment. */
    public record ForecastPoint(Instant validAt, Instant issuedAt, double value) {}

    /** A configured alarm limit on the charted series. */
    public record Limit(String rule, Severity severity, @Nullable Double above, @Nullable Double below) {}

    /** Who the asker is; user is null when nobody is logged in. */
    public record SessionNow(@Nullable String user, @Nullable Role role, boolean loginRequired) {}

    /** A change that is on disk. */
    public record Receipt(long sequence) {}

    /** Why a request was refused, in English for whoever reads the log; the page has its own words. */
    public record Problem(String message) {}
}
