package suimon.store;

import suimon.reading.Readings;

/** The newest committed measured time of each series. Safe for many threads. */
final class NewestTimes {
    private final LongsBySeries times = new LongsBySeries(1, Long.MIN_VALUE);

    synchronized void add(Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            add(readings.series(row), readings.measured(row));
        }
    }

    synchronized void add(int series, long time) {
        if (time > times.get(series, 0)) {
            times.set(series, 0, time);
        }
    }

    synchronized long of(int series) {
        return times.get(series, 0);
    }

    /** Of all series. */
    synchronized long latest() {
        long[] latest = {Long.MIN_VALUE};
        times.forEach((series, numbers, at) -> latest[0] = Math.max(latest[0], numbers[at]));
        return latest[0];
    }
}
