package suimon.connector.opcua;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of source times, nanoseconds since 1970, in which values of a node may be missing.
 *
 * @param from the last value that was handed over
 * @param to the first value after the break; later than {@code from}
 * @param isExact whether a value with the time {@code from} is known to have existed, so that a
 *     history without it is known not to reach back far enough
 */
record Hole(long from, long to, boolean isExact, String reason) {
    /** Beyond so many holes of one node the newest is widened instead; what lies between is read again. */
    static final int HOLES_MAX = 16;

    private static final String KEY = "hole/";

    static String keyOf(String series) {
        return KEY + series;
    }

    /** What to keep for a node's holes: the range around all of them; empty when there are none. */
    static byte[] note(List<Hole> holes) {
        if (holes.isEmpty()) {
            return new byte[0];
        }
        long from = holes.stream().mapToLong(Hole::from).min().orElseThrow();
        long to = holes.stream().mapToLong(Hole::to).max().orElseThrow();
        boolean isExact = holes.stream().allMatch(Hole::isExact);
        return (from + " " + to + " " + isExact).getBytes(StandardCharsets.UTF_8);
    }

    /** The hole that a note tells of; null where the bytes are none. */
    static @Nullable Hole read(byte[] note) {
        String[] parts = new String(note, StandardCharsets.UTF_8).split(" ", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            return new Hole(Long.parseLong(parts[0]), Long.parseLong(parts[1]),
                    Boolean.parseBoolean(parts[2]), "the gateway stopped before the history was read");
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
