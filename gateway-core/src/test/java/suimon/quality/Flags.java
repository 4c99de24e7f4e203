package suimon.quality;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import suimon.reading.Grade;
import suimon.reading.Nanos;

/** What the tests of the tests share. */
final class Flags {
    static final long SECOND = 1_000_000_000L;
    static final double NONE = Double.NaN;

    private Flags() {}

    static int[] of(Grade... grades) {
        return Arrays.stream(grades).mapToInt(Grade::flag).toArray();
    }

    static double[] values(double... values) {
        return values;
    }

    /** So many times, so many seconds apart, from 2015-01-01. */
    static long[] every(long seconds, int count) {
        long start = at("2015-01-01T00:00:00Z");
        long[] times = new long[count];
        Arrays.setAll(times, index -> start + index * seconds * SECOND);
        return times;
    }

    static long at(String instant) {
        return Nanos.of(Instant.parse(instant));
    }

    static long day(String day) {
        return Nanos.of(LocalDate.parse(day).atStartOfDay().toInstant(ZoneOffset.UTC));
    }
}
