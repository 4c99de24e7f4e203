package suimon.store;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/** Entries of every kind with values from everywhere, the nasty corners among them. */
final class RandomEntries {
    static final ClockStamp CLOCK = new ClockStamp("boot-1", 5, 1_700_000_000_000_000_000L,
            ClockStamp.Trust.SYNCHRONISED);

    private static final double[] CORNERS = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE, 0.1, 7.123456789, 1e18,
        Double.longBitsToDouble(0x7FF0000000000001L), Double.longBitsToDouble(0xFFF8DEADBEEF0001L)};

    private final Random random;

    RandomEntries(long seed) {
        random = new Random(seed);
    }

    Entry.Batch batch() {
        return batch(true);
    }

    /** As batches were before readings carried the tests that made their grade. */
    Entry.Batch batchWithoutReasons() {
        return batch(false);
    }

    private Entry.Batch batch(boolean hasReasons) {
        int rows = random.nextInt(4) == 0 ? random.nextInt(2) : 1 + random.nextInt(300);
        int series = 1 + random.nextInt(random.nextBoolean() ? 3 : 60);
        boolean isWild = random.nextInt(3) == 0;
        Readings.Builder readings = new Readings.Builder(rows);
        long time = 1_700_000_000_000_000_000L;
        for (int row = 0; row < rows; row++) {
            time += isWild ? random.nextLong() : 1_000_000L * random.nextInt(2000);
            long received = random.nextBoolean() ? time : time + random.nextInt(1_000_000_000);
            Value value = isWild ? value() : new Value.Float64(Math.round(random.nextDouble() * 1000) / 100.0);
            readings.add(isWild ? random.nextInt() : 1 + random.nextInt(series), time, received, value,
                    isWild ? pick(Grade.values()) : Grade.GOOD, isWild ? random.nextInt() : 0,
                    isWild ? pick(TimeOrigin.values()) : TimeOrigin.SOURCE).because(isWild && hasReasons ? row * 31 : 0);
        }
        return new Entry.Batch(readings.build(), new ClockStamp(text(), random.nextLong(),
                random.nextLong(), pick(ClockStamp.Trust.values())));
    }

    Value value() {
        return switch (random.nextInt(9)) {
            case 0 -> new Value.None();
            case 1 -> new Value.Float64(CORNERS[random.nextInt(CORNERS.length)]);
            case 2 -> new Value.Float64(Double.longBitsToDouble(random.nextLong()));
            case 3 -> new Value.Float32(Float.intBitsToFloat(random.nextInt()));
            case 4 -> new Value.Int64(random.nextLong());
            case 5 -> new Value.UInt64(random.nextLong());
            case 6 -> new Value.Decimal(random.nextLong() / 100, random.nextInt(256) - 128);
            case 7 -> new Value.Bool(random.nextBoolean());
            default -> new Value.Text(text());
        };
    }

    List<Entry> others() {
        return List.of(
                new Entry.SeriesDefined(new Series(random.nextInt(), text(), words(), text(), random.nextLong())),
                new Entry.Reject(text(), text(), instant(), text(), new Entry.Payload(bytes()), random.nextLong()),
                new Entry.Gap(text(), text(), instant(), random.nextBoolean() ? instant() : null, text()),
                new Entry.Inference(text(), text(), text(), instant(), List.of(
                        new Entry.Output(text(), instant(), random.nextGaussian()),
                        new Entry.Output(text(), instant(), Double.NaN))),
                new Entry.Alarm(alarm()),
                new Entry.Label(text(), pick(Entry.Verdict.values()), text(), instant(), text()),
                new Entry.Observation(text(), text(), value(), text(), text(), instant(), text()),
                new Entry.Aggregate(random.nextInt(), instant(), random.nextLong(), random.nextLong(),
                        random.nextLong(), random.nextGaussian(), Double.NaN, -0.0, random.nextDouble(),
                        pick(Grade.values()), random.nextInt()),
                new Entry.Calibration(random.nextInt(), instant(), -0.0, random.nextDouble(), text(), text()),
                new Entry.Calibration(random.nextInt(), instant(), new Calibration(
                        random.nextDouble(), 0, random.nextDouble(), -random.nextDouble()), text(), text(),
                        new CalibrationSheet(CalibrationSheet.Method.FIT, instant(), text(), List.of(
                                new CalibrationSheet.Reference(random.nextDouble(), random.nextDouble())))),
                new Entry.ClockFix(text(), random.nextLong(), instant(), random.nextLong()),
                new Entry.Audit(text(), text(), text(), text(), instant()),
                new Entry.Regrade(random.nextInt(), random.nextLong(), pick(Grade.values()), text()));
    }

    AlarmEvent alarm() {
        AlarmState state = new AlarmState(random.nextBoolean(), random.nextBoolean(), random.nextBoolean(),
                random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        return new AlarmEvent(text(), text(), text(), pick(AlarmEvent.Severity.values()),
                pick(AlarmEvent.Kind.values()), state, instant(), random.nextGaussian(), words(), words(), text());
    }

    private Words words() {
        return new Words("溶存酸素" + text(), "x" + text());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(12); left > 0; left--) {
            // Lone surrogates included: a payload may hold anything.
            text.append((char) (random.nextBoolean() ? 'a' + random.nextInt(26) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }
}
