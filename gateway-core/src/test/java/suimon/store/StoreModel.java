package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** What a store should know, in plain memory: every version of every reading, and where it is. */
final class StoreModel {
    private final Map<Integer, TreeMap<Long, List<Version>>> series = new TreeMap<>();
    private final Map<Integer, long[]> counts = new TreeMap<>();
    private final List<Version> uncommitted = new ArrayList<>();

    /** One reading as it was stored. */
    static final class Version {
        final int series;
        final long measured;
        final long received;
        final Value value;
        final int status;
        final TimeOrigin origin;
        Grade grade;
        long sequence = Long.MAX_VALUE;
        int shown;

        Version(int series, long measured, long received, Value value, Grade grade, int status,
                TimeOrigin origin) {
            this.series = series;
            this.measured = measured;
            this.received = received;
            this.value = value;
            this.grade = grade;
            this.status = status;
            this.origin = origin;
        }

        @Override
        public String toString() {
            return series + "@" + measured + "=" + value + " status " + status + " at " + sequence;
        }
    }

    /** Holds the store's judgement against its own; a removed reading may be a repeat or not. */
    boolean take(Version reading, Repeats.Outcome outcome, long retainedFrom, String where) {
        long[] count = counts.computeIfAbsent(reading.series, id -> new long[3]);
        List<Version> versions = versions(reading.series)
                .computeIfAbsent(reading.measured, time -> new ArrayList<>());
        if (versions.isEmpty()) {
            assertThat(outcome).as(where).isEqualTo(Repeats.Outcome.NEW);
        } else if (versions.getLast().sequence >= retainedFrom) {
            Version last = versions.getLast();
            boolean isSame = last.value.equals(reading.value) && last.status == reading.status;
            assertThat(outcome).as(where + ": " + reading + " after " + last)
                    .isEqualTo(isSame ? Repeats.Outcome.REPEAT : Repeats.Outcome.REVISION);
        }
        count[0]++;
        count[outcome.isStored() ? 1 : 2]++;
        if (outcome.isStored()) {
            versions.add(reading);
            uncommitted.add(reading);
        }
        return outcome.isStored();
    }

    /** What was taken since the last time has this sequence. */
    void committed(long sequence) {
        uncommitted.forEach(version -> version.sequence = sequence);
        uncommitted.clear();
    }

    void regrade(int id, long measured, Grade grade) {
        List<Version> versions = versions(id).get(measured);
        if (versions != null && !versions.isEmpty()) {
            versions.forEach(version -> version.grade = grade);
        }
    }

    /** A time of the series that is known, about so far back; null when there is none. */
    @Nullable Version near(int id, int back) {
        TreeMap<Long, List<Version>> known = versions(id);
        int left = Math.min(back, known.size() - 1);
        for (List<Version> found : known.descendingMap().values()) {
            if (left-- == 0) {
                return found.getLast();
            }
        }
        return null;
    }

    /** Decoded, stored, repeated. */
    long[] counts(int id) {
        return counts.computeIfAbsent(id, missing -> new long[3]);
    }

    long newest(int id) {
        TreeMap<Long, List<Version>> known = versions(id);
        return known.isEmpty() ? Long.MIN_VALUE : known.lastKey();
    }

    /** What a reader finds of a series in [from, to): of each time the version committed last. */
    Readings expected(int id, long from, long to, int limit, long retainedFrom) {
        Readings.Builder rows = new Readings.Builder(64);
        for (List<Version> found : versions(id).subMap(from, to).values()) {
            Version last = found.getLast();
            if (rows.size() < limit && last.sequence >= retainedFrom) {
                rows.add(id, last.measured, last.received, last.value, last.grade, last.status, last.origin);
            }
        }
        return rows.build();
    }

    /** Notes that somebody who goes over the log once was shown a row; it must be one of ours. */
    void show(Readings rows, int row, String where) {
        List<Version> known = versions(rows.series(row)).getOrDefault(rows.measured(row), List.of());
        for (Version version : known) {
            boolean isIt = version.shown == 0 && version.value.equals(rows.value(row))
                    && version.status == rows.status(row) && version.received == rows.received(row);
            if (isIt) {
                version.shown++;
                return;
            }
        }
        throw new AssertionError(where + ": shown twice or never stored: series " + rows.series(row) + " at "
                + rows.measured(row) + " " + rows.value(row) + " of " + known);
    }

    /** All that is there and not beyond the sequence has been shown. */
    void assertShown(long retainedFrom, long upTo, String where) {
        List<Version> missed = new ArrayList<>();
        series.values().forEach(times -> times.values().forEach(versions -> versions.forEach(version -> {
            boolean isDue = version.sequence >= retainedFrom && version.sequence <= upTo;
            if (isDue && version.shown != 1) {
                missed.add(version);
            }
        })));
        assertThat(missed).as(where + ": never shown").isEmpty();
    }

    private TreeMap<Long, List<Version>> versions(int id) {
        return series.computeIfAbsent(id, missing -> new TreeMap<>());
    }
}
