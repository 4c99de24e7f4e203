package suimon.store;

import suimon.reading.Readings;

/** The newest committed measured time of each series. Safe for many threads. */
final class NewestTimes {
    private final BySeries<long[]> times = new BySeries<>();

    synchronized void add(Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            add(readings.series(row), readings.measured(row));
        }
    }

    synchronized void add(int series, long time) {
        long[] newest = times.computeIfAbsent(series, missing -> new long[] {Long.MIN_VALUE});
        newest[0] = Math.max(newest[0], time);
    }

    synchronized long of(int series) {
        long[] newest = times.get(series);
        return newest == null ? Long.MIN_VALUE : newest[0];
    }

    /** Of all series. */
    synchronized long latest() {
        long[] latest = {Long.MIN_VALUE};
        times.forEach((series, newest) -> latest[0] = Math.max(latest[0], newest[0]));
        return latest[0];
    }
}
