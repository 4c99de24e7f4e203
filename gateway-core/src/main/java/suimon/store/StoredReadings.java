package suimon.store;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/**
 * What the log holds for a series at a time, looked up by windows of time that are kept while they
 * are in use. A window holds about {@link #WINDOW_READINGS} readings by the series' own density, so
 * that a slow series needs few searches and a fast one little memory.
 */
final class StoredReadings {
    static final int WINDOW_READINGS = 1024;
    /** At this many readings in memory the window used longest ago goes. */
    static final int CACHED_READINGS_MAX = 65_536;

    private static final long WINDOW_NANOS_MIN = 1_000_000_000L;
    private static final long WINDOW_NANOS_MAX = 30 * 86_400_000_000_000L;

    private final LogReader reader;
    private final Map<Integer, Long> windowNanos = new HashMap<>();
    private final LinkedHashMap<Key, Map<Long, Stored>> windows = new LinkedHashMap<>(16, 0.75f, true);
    private int cached;

    StoredReadings(LogReader reader) {
        this.reader = reader;
    }

    /** A value as it was stored. */
    record Stored(Value value, int status) {}

    private record Key(int series, long window) {}

    /**
     * What is stored for that time, or null.
     *
     * @param spacingNanos the usual distance between readings
     * @param settle called before the log is searched: everything judged earlier must be in it
     */
    @Nullable Stored find(int series, long time, long spacingNanos, Runnable settle) throws StoreFailed {
        long nanos = windowNanos.computeIfAbsent(series, missing -> windowFor(spacingNanos));
        Key key = new Key(series, Math.floorDiv(time, nanos));
        Map<Long, Stored> window = windows.get(key);
        if (window == null) {
            settle.run();
            window = load(key, nanos);
        }
        return window.get(time);
    }

    /** A reading was judged to be stored: known windows must know it too. */
    void remember(int series, long time, Value value, int status) {
        Long nanos = windows.isEmpty() ? null : windowNanos.get(series);
        if (nanos == null) {
            return;
        }
        Map<Long, Stored> window = windows.get(new Key(series, Math.floorDiv(time, nanos)));
        if (window != null && window.put(time, new Stored(value, status)) == null) {
            cached++;
        }
    }

    private Map<Long, Stored> load(Key key, long nanos) throws StoreFailed {
        Map<Long, Stored> window = new HashMap<>();
        long from = Math.multiplyExact(key.window(), nanos);
        reader.visit(key.series(), from, from + nanos, (sequence, readings, row) -> {
            window.put(readings.measured(row), new Stored(readings.value(row), readings.status(row)));
            return true;
        });
        windows.put(key, window);
        cached += window.size();
        makeRoom(key);
        return window;
    }

    private void makeRoom(Key keep) {
        Iterator<Map.Entry<Key, Map<Long, Stored>>> eldest = windows.entrySet().iterator();
        while (cached > CACHED_READINGS_MAX && eldest.hasNext()) {
            Map.Entry<Key, Map<Long, Stored>> window = eldest.next();
            if (!window.getKey().equals(keep)) {
                cached -= window.getValue().size();
                eldest.remove();
            }
        }
        if (cached > CACHED_READINGS_MAX) {
            // One window alone is too big: the series became denser; judge by smaller ones.
            windowNanos.compute(keep.series(), (series, nanos) ->
                    nanos == null ? WINDOW_NANOS_MIN : Math.max(WINDOW_NANOS_MIN, nanos / 8));
            windows.clear();
            cached = 0;
        }
    }

    private static long windowFor(long spacingNanos) {
        long spacing = Math.min(spacingNanos, WINDOW_NANOS_MAX / WINDOW_READINGS);
        return Math.max(WINDOW_NANOS_MIN, spacing * WINDOW_READINGS);
    }
}
