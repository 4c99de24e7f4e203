package suimon.hub;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;

/** What a site commits: readings of every type with revisions, and entries of every kind. */
public final class Traffic {
    private static final int SERIES = 7;
    private static final long START = 1_760_000_000_000_000_000L;

    private final Random random;
    private long step;
    private final String boot;

    public Traffic(long seed) {
        this(seed, 0);
    }

    /** @param firstStep where its times and values begin; another step has another value */
    Traffic(long seed, long firstStep) {
        step = firstStep;
        random = new Random(seed);
        boot = "boot-" + seed;
    }

    /** Commits so many batches with other entries between them. */
    public void commit(Log log, int batches) throws InterruptedException {
        for (int batch = 0; batch < batches; batch++) {
            log.commit(readings(log));
            if (random.nextInt(3) == 0) {
                log.commit(new Commit(List.of(other(log)), List.of()));
            }
        }
    }

    private Commit readings(Log log) {
        int rows = 1 + random.nextInt(60);
        Readings.Builder readings = new Readings.Builder(rows);
        List<Change> counts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            step++;
            int id = series(log).id();
            boolean isRevision = step > 10 && random.nextInt(20) == 0;
            long measured = START + (isRevision ? step - 1 - random.nextInt(9) : step) * 1_000_000_000L;
            readings.add(id, measured, measured + random.nextInt(500) * 1_000_000L, value(isRevision),
                    random.nextInt(9) == 0 ? Grade.SUSPECT : Grade.GOOD,
                    random.nextInt(9) == 0 ? 0x40000000 : 0,
                    random.nextBoolean() ? TimeOrigin.SOURCE : TimeOrigin.ARRIVAL);
            counts.add(new Change.SeriesCount(id, 1, 1, 0));
        }
        ClockStamp clock = new ClockStamp(boot, step, START + step, random.nextInt(30) == 0
                ? ClockStamp.Trust.UNKNOWN
                : ClockStamp.Trust.SYNCHRONISED);
        return new Commit(List.of(new Entry.Batch(readings.build(), clock)), counts);
    }

    private Series series(Log log) {
        int number = random.nextInt(SERIES);
        String name = (number == 0 ? "local/" : "pen1/") + "series-" + number;
        return log.define(name, new Words("系列" + number, "series " + number), "mg/L", 1_000_000_000L);
    }

    /** A revision has a value that was never there before, or it would be a repeat. */
    private Value value(boolean isRevision) {
        return switch (isRevision ? 4 : random.nextInt(9)) {
            case 0 -> new Value.None();
            case 1 -> new Value.Float64(step % 5 == 0 ? Double.NaN : step + 0.1);
            case 2 -> new Value.Float64(Double.longBitsToDouble(0xFFF8_0000_0000_0000L | step));
            case 3 -> new Value.Float32(step / 3f);
            case 4 -> new Value.Int64(-step * 0x1_0000_0001L);
            case 5 -> new Value.UInt64(Long.MIN_VALUE + step);
            case 6 -> new Value.Decimal(step * 1001, 3);
            case 7 -> new Value.Bool(random.nextBoolean());
            default -> new Value.Text("水温 " + step);
        };
    }

    private Entry other(Log log) {
        step++;
        Instant at = Instant.ofEpochSecond(1_760_000_000L + step, 123);
        int series = series(log).id();
        return switch (random.nextInt(11)) {
            case 0 -> new Entry.Alarm(alarm(AlarmEvent.Kind.ACTIVATED, at));
            case 1 -> new Entry.Alarm(alarm(AlarmEvent.Kind.ACKNOWLEDGED, at));
            case 2 -> new Entry.Gap("opcua", "pen1/series-1", at, random.nextBoolean() ? null : at, "lost " + step);
            case 3 -> new Entry.Inference("hypoxia", "hypoxia 1.0.0", "ab" + step, at,
                    List.of(new Entry.Output("pen1/risk", at, 0.25), new Entry.Output("pen1/do6", at, Double.NaN)));
            case 4 -> new Entry.Label("a" + step, Entry.Verdict.UNSURE, "佐藤", at, "");
            case 5 -> new Entry.Observation("cells", "pen1/series-2", new Value.Int64(step), "1/mL", "鈴木", at, "渦鞭毛藻");
            case 6 -> new Entry.Aggregate(series, at, 600_000_000_000L, step, step - 1, -0.0, 2.5, 9.75,
                    Double.NaN, Grade.SUSPECT, 1);
            case 7 -> new Entry.Calibration(series, at, 0.1, 1.02, "installer", "buffer " + step);
            case 8 -> new Entry.Regrade(series, START + step, Grade.FAIL, "spike");
            case 9 -> new Entry.ClockFix(boot, step, at, 5_000_000);
            default -> new Entry.Reject("mqtt", "pen1/x", at, "not JSON at byte 0", Entry.Payload.NONE, step);
        };
    }

    public static AlarmEvent alarm(AlarmEvent.Kind kind, Instant at) {
        return new AlarmEvent("do-low", "do-low/" + at.getEpochSecond(), "pen1/series-1",
                AlarmEvent.Severity.ALERT, kind,
                new AlarmState(true, kind != AlarmEvent.Kind.ACTIVATED, false, false, false, false, false),
                at, 2.9, new Words("溶存酸素が低下しています", "Dissolved oxygen is low"),
                new Words("酸素供給を開始してください", "Start oxygenation"), "gateway");
    }
}
