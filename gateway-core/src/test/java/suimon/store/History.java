package suimon.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * Random histories of a few series, with late readings, revisions, regrades, backfills and changed
 * periods, beside a plain memory of what a reader must find.
 */
final class History {
    static final int SERIES = 5;
    private static final long START = 1_760_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private final Random random;
    private final RandomEntries values;
    private final Map<Integer, TreeMap<Long, Row>> memory = new TreeMap<>();
    private final long[] newest = new long[SERIES + 1];
    private final long[] period = new long[SERIES + 1];
    private long readings;
    private ClockStamp clock = new ClockStamp("boot-1", 1, START, ClockStamp.Trust.SYNCHRONISED);

    /** What counts for a series at a time. */
    record Row(Value value, Grade grade, int status, long received, TimeOrigin origin, int tests) {}

    History(long seed) {
        random = new Random(seed);
        values = new RandomEntries(seed);
        for (int id = 1; id <= SERIES; id++) {
            newest[id] = START;
            period[id] = id * SECOND;
        }
    }

    /** How many readings were committed. */
    long readings() {
        return readings;
    }

    /** Commits so many batches with other entries between them. */
    void commit(Log log, int batches) throws InterruptedException {
        for (int batch = 0; batch < batches; batch++) {
            List<Entry> entries = new ArrayList<>();
            if (random.nextInt(60) == 0) {
                clock = new ClockStamp("boot-" + random.nextInt(3), 1, START,
                        ClockStamp.Trust.values()[random.nextInt(3)]);
            }
            entries.add(batch());
            if (random.nextInt(5) == 0) {
                entries.add(regrade());
            }
            if (random.nextInt(9) == 0) {
                entries.add(new Entry.Audit("somebody", "thing " + batch, "", "", java.time.Instant.EPOCH));
            }
            List<Change> changes = new ArrayList<>();
            Readings rows = ((Entry.Batch) entries.getFirst()).readings();
            for (int row = 0; row < rows.size(); row++) {
                changes.add(new Change.SeriesCount(rows.series(row), 1, 1, 0));
            }
            log.submit(new Commit(entries, changes));
        }
        log.commit(new Commit(List.of(), List.of()));
    }

    private Entry.Batch batch() {
        Readings.Builder rows = new Readings.Builder(16);
        int size = random.nextInt(40);
        boolean isBackfill = random.nextInt(20) == 0;
        long back = random.nextInt(30) * 86_400 * SECOND;
        for (int left = size; left > 0; left--) {
            int id = 1 + random.nextInt(SERIES);
            if (random.nextInt(200) == 0) {
                period[id] = (1 + random.nextInt(600)) * SECOND / 10;
            }
            TreeMap<Long, Row> known = memory.computeIfAbsent(id, series -> new TreeMap<>());
            boolean isRevision = !known.isEmpty() && random.nextInt(15) == 0;
            long time = isBackfill ? START - back - random.nextInt(3600) * SECOND
                    : isRevision ? near(known) : (newest[id] += period[id]);
            Row row = new Row(random.nextInt(4) == 0 ? values.value() : new Value.Decimal(random.nextInt(100), 1),
                    random.nextInt(6) == 0 ? Grade.SUSPECT : Grade.GOOD, random.nextInt(9) == 0 ? 0x40000000 : 0,
                    time + random.nextInt(500) * 1_000_000L, TimeOrigin.SOURCE, 0);
            rows.add(id, time, row.received(), row.value(), row.grade(), row.status(), row.origin());
            known.put(time, row);
        }
        readings += size;
        return new Entry.Batch(rows.build(), clock);
    }

    private long near(TreeMap<Long, Row> known) {
        long last = known.lastKey() - random.nextInt(40) * SECOND;
        Long found = known.floorKey(last);
        return found == null ? known.firstKey() : found;
    }

    private Entry regrade() {
        int id = 1 + random.nextInt(SERIES);
        TreeMap<Long, Row> known = memory.computeIfAbsent(id, series -> new TreeMap<>());
        if (known.isEmpty()) {
            return new Entry.Regrade(id, START - 1, Grade.FAIL, "spike");
        }
        long time = near(known);
        Grade grade = random.nextBoolean() ? Grade.FAIL : Grade.NOT_EVALUATED;
        known.computeIfPresent(time, (at, row) ->
                new Row(row.value(), grade, row.status(), row.received(), row.origin(),
                        QualityTest.SPIKE.bit()));
        return new Entry.Regrade(id, time, grade, "spike");
    }

    /** What a reader must find of a series. */
    Readings expected(int id) {
        Readings.Builder rows = new Readings.Builder(64);
        memory.getOrDefault(id, new TreeMap<>()).forEach((time, row) -> rows.add(
                id, time, row.received(), row.value(), row.grade(), row.status(), row.origin())
                .because(row.tests()));
        return rows.build();
    }
}
