package suimon.web;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import suimon.config.GatewayConfig;
import suimon.reading.AlarmEvent;
import suimon.reading.CalibrationHistory;
import suimon.reading.ClockStamp.Trust;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.store.Sequenced;
import suimon.web.Present.AlarmNow;
import suimon.web.Present.ClockNow;
import suimon.web.Present.ForecastLine;
import suimon.web.Present.Message;
import suimon.web.Present.SeriesNow;
import suimon.web.Present.SiteNow;

/**
 * The present as the log tells it. Entries are given in the order of the log by one thread ({@link
 * LiveFeed}); everything may be asked from any thread.
 */
final class LiveBoard {
    private final GatewayConfig config;
    private final String epoch;
    private final Clock clock;
    private final SeriesBoard series;
    private final AlarmBoard alarms = new AlarmBoard();
    private Trust trust = Trust.UNKNOWN;
    private long sequence;

    LiveBoard(
            GatewayConfig config, String epoch, Collection<Series> known, IntFunction<Series> definitions,
            Clock clock) {
        this.config = config;
        this.epoch = epoch;
        this.clock = clock;
        this.series = new SeriesBoard(config, known, definitions);
    }

    /** Of a series by its name; null when nobody knows it. */
    synchronized @Nullable CalibrationHistory calibrations(String name) {
        return series.calibrations(name);
    }

    /** Takes one entry; entries that came before are ignored. */
    synchronized void take(Sequenced entry) {
        if (entry.sequence() <= sequence) {
            return;
        }
        sequence = entry.sequence();
        switch (entry.entry()) {
            case Entry.Batch batch -> {
                trust = batch.clock().trust();
                series.take(sequence, batch.readings());
            }
            case Entry.SeriesDefined defined -> series.defineAsKnown(defined.series());
            case Entry.Inference inference -> series.take(sequence, inference);
            case Entry.Calibration calibration -> series.take(sequence, calibration);
            case Entry.Alarm alarm -> alarms.take(sequence, alarm.event());
            case Entry.Label label -> alarms.take(sequence, label);
            case Entry.Regrade regrade -> series.take(sequence, regrade);
            case Entry.Reject ignored -> { }
            case Entry.Gap ignored -> { }
            case Entry.Observation ignored -> { }
            case Entry.Aggregate ignored -> { }
            case Entry.ClockFix ignored -> { }
            case Entry.Audit ignored -> { }
        }
    }

    /** Series whose newest value is older than the entries the board was filled with. */
    synchronized List<Integer> withoutValue() {
        return series.withoutValue();
    }

    /** Puts an older value where there is none. */
    synchronized void recall(Readings readings) {
        series.take(0, readings);
    }

    /** Everything, for a page that opens. */
    synchronized Message overview(Status status) {
        SiteNow site = new SiteNow(
                config.site().id(), config.site().title(), config.site().timeZone().getId());
        return message(site, series.changedAfter(-1), alarms.now(clock.instant()), status);
    }

    /** What changed after the sequence; lists in which nothing changed are null. */
    synchronized Message changedAfter(long before, @Nullable Status status) {
        List<SeriesNow> changed = series.changedAfter(before);
        List<AlarmNow> alarmsNow = alarms.changedAt() > before ? alarms.now(clock.instant()) : null;
        return message(null, changed.isEmpty() ? null : changed, alarmsNow, status);
    }

    synchronized List<SeriesNow> series() {
        return series.changedAfter(-1);
    }

    synchronized List<AlarmNow> alarms() {
        return alarms.now(clock.instant());
    }

    synchronized long countAlarms(AlarmEvent.Severity severity, boolean onlyUnacknowledged) {
        return alarms.count(severity, onlyUnacknowledged);
    }

    synchronized List<ForecastLine> forecastsOf(String name, Map<String, String> targets, Instant from) {
        return series.forecastsOf(name, targets, from);
    }

    synchronized long sequence() {
        return sequence;
    }

    synchronized Trust trust() {
        return trust;
    }

    String epoch() {
        return epoch;
    }

    GatewayConfig config() {
        return config;
    }

    private Message message(
            @Nullable SiteNow site, @Nullable List<SeriesNow> changed, @Nullable List<AlarmNow> alarmsNow,
            @Nullable Status status) {
        return new Message(
                clock.instant(), epoch, sequence, new ClockNow(trust), site, changed, alarmsNow, status);
    }
}
