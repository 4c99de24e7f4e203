package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
    private final List<Submitted> submitted = new ArrayList<>();
    private Map<Integer, long[]> uncounted = new TreeMap<>();

    /** A commit that nobody said to be on disk. */
    private record Submitted(long sequence, List<Version> versions, Map<Integer, long[]> counts) {}

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
        long committedMillis = Long.MAX_VALUE;
        /** Whether its time had a reading before. */
        boolean isRevision;
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
            return series + "@" + measured + "=" + value + " status " + status + " at " + sequence + ", shown " + shown;
        }
    }

    /** Holds the store's judgement against its own; one that may be gone may be a repeat or not. */
    boolean take(Version reading, Repeats.Outcome outcome, Predicate<Version> isSurelyThere, String where) {
        long[] count = counts.computeIfAbsent(reading.series, id -> new long[3]);
        List<Version> versions = versions(reading.series)
                .computeIfAbsent(reading.measured, time -> new ArrayList<>());
        if (versions.isEmpty()) {
            assertThat(outcome).as(where).isEqualTo(Repeats.Outcome.NEW);
        } else if (isSurelyThere.test(versions.getLast()) && !isOtherNaN(versions.getLast().value, reading.value)) {
            Version last = versions.getLast();
            boolean isSame = last.value.equals(reading.value) && last.status == reading.status;
            assertThat(outcome).as("%s: %s after %s", where, reading, last)
                    .isEqualTo(isSame ? Repeats.Outcome.REPEAT : Repeats.Outcome.REVISION);
        }
        long[] open = uncounted.computeIfAbsent(reading.series, id -> new long[3]);
        for (long[] counted : List.of(count, open)) {
            counted[0]++;
            counted[outcome.isStored() ? 1 : 2]++;
        }
        if (outcome.isStored()) {
            reading.isRevision = !versions.isEmpty();
            versions.add(reading);
            uncommitted.add(reading);
        }
        return outcome.isStored();
    }

    /** Equal, but not in their bits: a repeat or a revision. */
    private static boolean isOtherNaN(Value one, Value other) {
        return one instanceof Value.Float64 a && other instanceof Value.Float64 b && Double.isNaN(a.value())
                        && Double.doubleToRawLongBits(a.value()) != Double.doubleToRawLongBits(b.value())
                || one instanceof Value.Float32 c && other instanceof Value.Float32 d && Float.isNaN(c.value())
                        && Float.floatToRawIntBits(c.value()) != Float.floatToRawIntBits(d.value());
    }

    /** What was taken since the last time has this sequence, and is on disk. */
    void committed(long sequence, long millis) {
        submitted(sequence, millis);
        submitted.clear();
    }

    /** What was taken since the last time will have this sequence, if it gets to the disk. */
    void submitted(long sequence, long millis) {
        uncommitted.forEach(version -> {
            version.sequence = sequence;
            version.committedMillis = millis;
        });
        submitted.add(new Submitted(sequence, List.copyOf(uncommitted), uncounted));
        uncommitted.clear();
        uncounted = new TreeMap<>();
    }

    /** What was submitted and has a higher sequence never happened. */
    void killedAfter(long newest) {
        for (Submitted one : submitted) {
            if (one.sequence > newest) {
                one.versions.forEach(version -> {
                    TreeMap<Long, List<Version>> times = versions(version.series);
                    List<Version> of = times.getOrDefault(version.measured, new ArrayList<>());
                    of.remove(version);
                    if (of.isEmpty()) {
                        times.remove(version.measured);
                    }
                });
                one.counts.forEach((id, gone) -> {
                    for (int index = 0; index < gone.length; index++) {
                        counts(id)[index] -= gone[index];
                    }
                });
            }
        }
        submitted.clear();
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

    /** All that a reader may find in [from, to): of each time the version committed last. */
    List<Version> visible(int id, long from, long to, long retainedFrom) {
        return versions(id).subMap(from, to).values().stream().map(List::getLast)
                .filter(version -> version.sequence >= retainedFrom).toList();
    }

    /** Every version there is of any series. */
    Stream<Version> all() {
        return series.values().stream().flatMap(times -> times.values().stream()).flatMap(List::stream);
    }

    /** Notes that somebody who goes over the log once was shown a row; it must be one of ours. */
    void show(Readings rows, int row, long retainedFrom, String where) {
        List<Version> known = versions(rows.series(row)).getOrDefault(rows.measured(row), List.of());
        // Of two that are alike the one that is still there, since the other was never shown then.
        for (long from : new long[] {retainedFrom, Long.MIN_VALUE}) {
            for (Version version : known) {
                boolean isIt = version.shown == 0 && version.sequence >= from
                        && version.value.equals(rows.value(row)) && version.status == rows.status(row)
                        && version.received == rows.received(row);
                if (isIt) {
                    version.shown++;
                    return;
                }
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
