package suimon.web;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.SeriesConfig;
import suimon.reading.CalibrationHistory;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Value;
import suimon.store.CalibrationBook;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Redatings;
import suimon.store.StoreFailed;
import suimon.web.Present.ReadingNow;
import suimon.web.Present.ReadingsNow;
import suimon.web.Present.Spell;
import suimon.web.Present.SpellsNow;

/** Single readings of one series with the reasons of their grades. Safe for many threads. */
final class ReadingList {
    /** Readings in one answer; more are asked for with {@code from}. */
    static final int LIMIT_MAX = 5000;
    /** Readings looked at for one answer where only some are wanted; then it says where to go on. */
    private static final int LOOKED_AT_MAX = 200_000;
    private static final int AT_ONCE = 20_000;
    /** Spells in one answer; the newest stay. */
    static final int SPELLS_MAX = 100;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Log log;
    private final Map<String, SeriesConfig> configs;

    ReadingList(Log log, Map<String, SeriesConfig> configs) {
        this.log = log;
        this.configs = configs;
    }

    /** What the API answers. */
    HttpResponse<?> answer(String series, @Nullable String from, @Nullable String to, boolean isBadOnly, int limit)
            throws StoreFailed {
        Query query;
        try {
            if (limit < 1 || limit > LIMIT_MAX) {
                throw new IllegalArgumentException("limit is " + limit + ", expected 1 to " + LIMIT_MAX);
            }
            query = new Query(series, Datasets.time("from", from, Datasets.EARLIEST),
                    Datasets.time("to", to, Datasets.LATEST), isBadOnly, limit);
        } catch (IllegalArgumentException wrong) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        ReadingsNow found = of(query);
        return found == null ? Guard.refuse(HttpStatus.NOT_FOUND, "there is no series " + series) : Reads.json(found);
    }

    /**
     * What is asked for.
     *
     * @param from measured at or after; likewise to: before
     * @param isBadOnly only those that are suspect or failed
     * @param limit so many at most
     */
    record Query(String series, Instant from, Instant to, boolean isBadOnly, int limit) {}

    /** By time, of each time the one that counts; null when there is no such series. */
    @Nullable ReadingsNow of(Query query) throws StoreFailed {
        Series series = find(query.series());
        if (series == null) {
            return null;
        }
        List<ReadingNow> found = new ArrayList<>();
        long from = Nanos.of(query.from());
        long to = Nanos.of(query.to());
        int lookedAt = 0;
        try (LogReader reader = log.reader()) {
            Redatings redatings = Redatings.read(log, reader);
            CalibrationHistory calibration = CalibrationBook.read(reader).history(
                    series.id(), SeriesConfig.line(configs.get(query.series())));
            while (from < to && lookedAt < LOOKED_AT_MAX) {
                Readings rows = redatings.readings(reader, series.id(), from, to, AT_ONCE);
                for (int row = 0; row < rows.size(); row++) {
                    if (found.size() == query.limit()) {
                        return answer(series, found, rows.measured(row), to);
                    }
                    if (!query.isBadOnly() || rows.tests(row) != 0 || !rows.grade(row).isUsable()) {
                        found.add(reading(rows, row, calibration));
                    }
                }
                if (rows.size() < AT_ONCE) {
                    return answer(series, found, to, to);
                }
                lookedAt += rows.size();
                from = rows.measured(rows.size() - 1) + 1;
            }
        }
        return answer(series, found, from, to);
    }

    /**
     * Spells of suspect or failed readings for the same reasons, the newest first.
     *
     * @return null when there is no such series
     */
    @Nullable SpellsNow spells(String name, Instant since, Instant until) throws StoreFailed {
        Series series = find(name);
        if (series == null) {
            return null;
        }
        ArrayDeque<Spell> newestFirst = new ArrayDeque<>();
        long from = Nanos.of(since);
        long to = Nanos.of(until);
        boolean isSame = false;
        boolean isMore = true;
        try (LogReader reader = log.reader()) {
            Redatings redatings = Redatings.read(log, reader);
            for (int lookedAt = 0; isMore && lookedAt < LOOKED_AT_MAX; lookedAt += AT_ONCE) {
                Readings rows = redatings.readings(reader, series.id(), from, to, AT_ONCE);
                for (int row = 0; row < rows.size(); row++) {
                    isSame = addTo(newestFirst, rows, row, isSame);
                }
                isMore = rows.size() == AT_ONCE;
                from = isMore ? rows.measured(rows.size() - 1) + 1 : to;
            }
        }
        return new SpellsNow(name, List.copyOf(newestFirst), from < to ? Nanos.toInstant(from) : null);
    }

    /** Whether the next reading may go on with the newest spell. */
    private static boolean addTo(ArrayDeque<Spell> newestFirst, Readings rows, int row, boolean isSame) {
        Grade grade = rows.grade(row);
        if (grade != Grade.SUSPECT && grade != Grade.FAIL) {
            return false;
        }
        Instant at = Nanos.toInstant(rows.measured(row));
        Spell last = newestFirst.peekFirst();
        if (isSame && last != null && last.isOf(grade, rows.tests(row))) {
            newestFirst.removeFirst();
            newestFirst.addFirst(new Spell(last.from(), at, last.count() + 1, grade, last.reasons()));
        } else {
            newestFirst.addFirst(new Spell(at, at, 1, grade, Present.reasons(rows.tests(row))));
        }
        if (newestFirst.size() > SPELLS_MAX) {
            newestFirst.removeLast();
        }
        return true;
    }

    private static ReadingsNow answer(Series series, List<ReadingNow> found, long next, long to) {
        return new ReadingsNow(series.name(), series.unit(), List.copyOf(found),
                next < to ? Nanos.toInstant(next) : null);
    }

    private static ReadingNow reading(Readings rows, int row, CalibrationHistory calibration) {
        Value value = rows.value(row);
        double number = calibration.apply(value.asDouble(), rows.measured(row));
        boolean isRaw = calibration.at(rows.measured(row)).isNone() || Double.isNaN(number);
        return new ReadingNow(Nanos.toInstant(rows.measured(row)), Nanos.toInstant(rows.received(row)),
                isRaw ? value.asText() : Double.toString(number), Double.isFinite(number) ? number : null,
                rows.grade(row), Present.reasons(rows.tests(row)), "0x" + HEX.toHexDigits(rows.status(row)));
    }

    private @Nullable Series find(String name) {
        return log.allSeries().stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    }
}
