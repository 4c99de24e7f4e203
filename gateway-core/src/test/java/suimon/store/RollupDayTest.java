package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import suimon.reading.Grade;

class RollupDayTest {
    private static final int SERIES = 7;
    private static final long DAY = 20_000;

    @Test
    void whatADayHoldsComesBackWhateverTheValuesAre() {
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            DoubleSupplier values = values(random);
            RollupDay day = day(random, 1 + random.nextInt(1200), values);

            RollupDay read = RollupDay.of(SERIES, DAY, day.minutesToBytes());

            assertThat(texts(read)).as("seed=" + seed).isEqualTo(texts(day));
            assertThat(read.blocks()).as("seed=" + seed).zipSatisfy(day.blocks(), (got, put) -> {
                assertThat(got.issued).isEqualTo(put.issued);
                assertThat(got.isUnissued).isEqualTo(put.isUnissued);
                assertThat(Double.compare(got.toAggregate(0).last(), put.toAggregate(0).last())).isZero();
                assertThat(got.first).isLessThanOrEqualTo(put.first);
            });
        }
    }

    @Test
    void aBlockComesBackWithTheTimeOfItsLastValue() {
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            RollupBlock put = day(random, 1 + random.nextInt(1200), values(random)).blocks().getFirst();

            RollupBlock got = RollupBlock.of(SERIES, put.block, put.first, put.issued, put.toBytes());

            assertThat(rounded(got)).as("seed=" + seed).isEqualTo(rounded(put));
            got.add(put.startNanos(), 1e6, Grade.GOOD);
            put.add(put.startNanos(), 1e6, Grade.GOOD);
            assertThat(got.toAggregate(0).last()).as("seed=" + seed).isEqualTo(put.toAggregate(0).last());
        }
    }

    @Test
    void sumsOfDecimalsAreThoseOfTheDecimalsAndNotOfTheirDoubles() {
        RollupDay day = new RollupDay();
        RollupBlock block = new RollupBlock(SERIES, DAY * RollupDay.BLOCKS);
        for (int second = 0; second < 60; second++) {
            block.add(block.startNanos() + second * 1_000_000_000L, second % 3 / 10.0, Grade.GOOD);
        }
        day.put(block);

        Bucket read = RollupDay.of(SERIES, DAY, day.minutesToBytes()).blocks().getFirst()
                .buckets(Long.MIN_VALUE, Long.MAX_VALUE).getFirst();

        // 20 times 0.0, 0.1 and 0.2 is 6; added one by one it is not.
        assertThat(read.mean()).isEqualTo(0.1);
    }

    @Test
    void hoursAreTheSumsOfTheirMinutes() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            RollupDay day = day(random, 20_000, () -> random.nextInt(2000) / 100.0);

            byte[] bytes = day.hoursToBytes();

            assertThat(bytes).as("seed=" + seed).isNotEmpty();
            RollupPart hours = RollupDay.hoursOf(bytes, new byte[0], RollupDay.blank());
            RollupPart read = RollupDay.minutesOf(day.minutesToBytes(), RollupDay.blank());
            for (int hour = 0; hour < RollupDay.HOURS; hour++) {
                long start = DAY * RollupDay.HOURS * RollupDay.HOUR_NANOS + hour * RollupDay.HOUR_NANOS;
                List<Bucket> minutes = new ArrayList<>();
                day.blocks().forEach(block -> minutes.addAll(block.buckets(start, start + RollupDay.HOUR_NANOS)));
                assertThat(hours.counts[2 * hour]).isEqualTo(minutes.stream().mapToLong(Bucket::count).sum());
                assertThat(hours.statistics[3 * hour]).isEqualTo(
                        minutes.stream().mapToDouble(Bucket::minimum).min().orElse(Double.NaN));
                assertThat(hours.statistics[3 * hour + 1]).isEqualTo(
                        minutes.stream().mapToDouble(Bucket::maximum).max().orElse(Double.NaN));
                double sum = 0;
                for (int slot = hour * 60; slot < hour * 60 + 60; slot++) {
                    sum += read.counts[2 * slot + 1] > 0 ? read.statistics[3 * slot + 2] : 0;
                }
                assertThat(hours.statistics[3 * hour + 2]).as("seed=" + seed).isCloseTo(sum, within(1e-6));
            }
        }
    }

    @Test
    void aDamagedDayIsRefused() {
        Random random = new Random(1);
        byte[] bytes = day(random, 100, values(random)).minutesToBytes();
        bytes[bytes.length / 2] ^= 4;

        assertThat(RollupDay.isSound(bytes)).isFalse();
        assertThatThrownBy(() -> RollupDay.of(SERIES, DAY, bytes)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void aSensorOfOneReadingASecondTakesLittleForItsStatistics() {
        Random random = new Random(4);
        long[] value = {800};
        RollupDay day = new RollupDay();
        for (int group = 0; group < RollupDay.BLOCKS; group++) {
            RollupBlock block = new RollupBlock(SERIES, DAY * RollupDay.BLOCKS + group);
            for (int second = 0; second < 600; second++) {
                value[0] += random.nextInt(5) - 2;
                block.add(block.startNanos() + second * 1_000_000_000L, value[0] / 100.0, Grade.GOOD);
            }
            day.put(block);
        }

        assertThat(day.minutesToBytes().length + day.hoursToBytes().length)
                .as("bytes of 86,400 readings").isLessThan(86_400 / 16);
    }

    /** Blocks with so many readings somewhere in the day. */
    private static RollupDay day(Random random, int readings, DoubleSupplier values) {
        RollupDay day = new RollupDay();
        long start = DAY * RollupDay.BLOCKS * RollupBlock.BLOCK_NANOS;
        for (int reading = 0; reading < readings; reading++) {
            long time = start + (long) (random.nextDouble() * RollupDay.BLOCKS * RollupBlock.BLOCK_NANOS);
            RollupBlock block = day.block(RollupBlock.blockOf(time));
            if (block == null) {
                block = new RollupBlock(SERIES, RollupBlock.blockOf(time));
                block.first = random.nextInt(1000);
                block.issued = random.nextInt(10) == 0 ? 2 : 1;
                block.isUnissued = random.nextInt(20) == 0;
                day.put(block);
            }
            block.add(time, values.getAsDouble(), random.nextInt(20) == 0 ? Grade.FAIL : Grade.GOOD);
        }
        return day;
    }

    private static DoubleSupplier values(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> () -> random.nextInt(5000) / 100.0;
            case 1 -> () -> random.nextGaussian();
            case 2 -> () -> (float) (20 + random.nextGaussian());
            case 3 -> () -> random.nextInt(4) == 0 ? -0.0 : random.nextInt(3);
            case 4 -> () -> Double.longBitsToDouble(random.nextLong());
            case 5 -> () -> random.nextInt(3) - 1.5e-7;
            default -> () -> random.nextInt(10) == 0 ? Double.NaN : random.nextInt() * 1000.0;
        };
    }

    private static String texts(RollupDay day) {
        StringBuilder text = new StringBuilder();
        day.blocks().forEach(block -> text.append(rounded(block)).append('\n'));
        return text.toString();
    }

    /** Means to fourteen digits: a sum of decimals may be better than it was. */
    private static List<String> rounded(RollupBlock block) {
        return block.buckets(Long.MIN_VALUE, Long.MAX_VALUE).stream().map(bucket -> bucket.startNanos() + " "
                + bucket.count() + " " + bucket.minimum() + " " + bucket.maximum() + " " + bucket.worst() + " "
                + rounded(bucket)).toList();
    }

    private static String rounded(Bucket bucket) {
        double scale = Math.max(Math.abs(bucket.minimum()), Math.abs(bucket.maximum()));
        if (!Double.isFinite(bucket.mean()) || scale == 0) {
            return String.valueOf(bucket.mean());
        }
        // Of the largest: what cancels leaves fewer digits.
        return BigDecimal.valueOf(bucket.mean() / scale).setScale(12, java.math.RoundingMode.HALF_EVEN).toString();
    }
}
