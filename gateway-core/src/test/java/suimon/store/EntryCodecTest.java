package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

class EntryCodecTest {
    private final EntryCodec codec = new EntryCodec();

    @Test
    void everyBatchComesBackBitForBit() {
        for (long seed = 1; seed <= 400; seed++) {
            Entry.Batch batch = new RandomEntries(seed).batch();

            Entry back = codec.decode(EntryKind.BATCH, codec.encode(batch));

            assertThat(back).as("seed=" + seed).isEqualTo(batch);
        }
    }

    @Test
    void aBatchIsLeftOutOnlyForWhoWantsNoneOfItsSeries() {
        for (long seed = 1; seed <= 100; seed++) {
            Entry.Batch batch = new RandomEntries(seed).batch();
            byte[] row = codec.encode(batch);
            for (int at = 0; at < batch.readings().size(); at++) {
                List<Integer> wanted = List.of(Integer.MAX_VALUE, batch.readings().series(at));
                assertThat(codec.decode(EntryKind.BATCH, row, wanted)).as("seed=" + seed).isEqualTo(batch);
            }
            assertThat(codec.decode(EntryKind.BATCH, row, List.of(Integer.MAX_VALUE))).as("seed=" + seed)
                    .isEqualTo(new Entry.Batch(Readings.empty(), batch.clock()));
        }
    }

    @Test
    void batchesOfTheFormerFormatAreStillRead() {
        for (long seed = 1; seed <= 400; seed++) {
            Entry.Batch batch = new RandomEntries(seed).batchWithoutReasons();

            Entry back = codec.decode(EntryKind.BATCH, new FormerBatchWriter().row(batch));

            assertThat(back).as("seed=" + seed).isEqualTo(batch);
        }
    }

    /** As if the checksum were right by chance or by malice: anything but a crash or a hang. */
    @Test
    void damageUnderARightChecksumIsAnErrorOrAnotherBatch() {
        Random random = new Random(4711);
        for (int round = 0; round < 3000; round++) {
            byte[] row = codec.encode(new RandomEntries(round % 89).batch());
            for (int flips = 1 + random.nextInt(4); flips > 0 && row.length > 6; flips--) {
                row[6 + random.nextInt(row.length - 6)] ^= (byte) (1 << random.nextInt(8));
            }
            CRC32C checksum = new CRC32C();
            checksum.update(EntryKind.BATCH.code());
            checksum.update(row, 0, 2);
            checksum.update(row, 6, row.length - 6);
            for (int index = 0; index < 4; index++) {
                row[2 + index] = (byte) ((int) checksum.getValue() >>> 8 * index);
            }
            try {
                assertThat(codec.decode(EntryKind.BATCH, row)).isInstanceOf(Entry.Batch.class);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("seed=4711 round=" + round).isNotBlank();
            }
        }
    }

    @Test
    void aSecondOfTwoHundredSensorsTakesThreeBytesPerReading() {
        Random random = new Random(3);
        Readings.Builder rows = new Readings.Builder(1000);
        long now = 1_700_000_000_000_000_000L;
        for (int series = 0; series < 200; series++) {
            long phase = random.nextInt(200);
            long value = 700 + random.nextInt(300);
            for (int step = 0; step < 5; step++) {
                long time = now + (phase + 200 * step + Math.round(2 * random.nextGaussian())) * 1_000_000L;
                value += Math.round(2 * random.nextGaussian());
                rows.add(series, time, time + random.nextInt(4) * 1_000_000L, new Value.Decimal(value, 2),
                        Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
        }

        byte[] row = codec.encode(new Entry.Batch(rows.build(), RandomEntries.CLOCK));

        assertThat(row.length).isLessThan(1000 * 3);
    }

    @Test
    void everyOtherEntryComesBackAsItWas() {
        for (long seed = 1; seed <= 100; seed++) {
            for (Entry entry : new RandomEntries(seed).others()) {
                Entry back = codec.decode(EntryKind.of(entry), codec.encode(entry));

                assertThat(back).as("seed=" + seed).isEqualTo(entry);
            }
        }
    }

    @Test
    void everyFlippedBitIsFound() {
        Entry.Batch batch = new RandomEntries(7).batch();
        byte[] row = codec.encode(batch);
        Random random = new Random(8127);
        for (int round = 0; round < 500; round++) {
            int bit = random.nextInt(row.length * 8);
            row[bit / 8] ^= (byte) (1 << bit % 8);

            assertThatThrownBy(() -> codec.decode(EntryKind.BATCH, row))
                    .as("seed=8127 bit " + bit)
                    .isInstanceOf(IllegalArgumentException.class);
            row[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void aRowOfAnotherKindIsFound() {
        byte[] row = codec.encode(new RandomEntries(7).others().getLast());

        assertThatThrownBy(() -> codec.decode(EntryKind.AUDIT, row)).hasMessageContaining("checksum");
    }

    @Test
    void roundTripTimesOfFourHundredSensorsTakeAFewBytesEach() {
        Random random = new Random(3);
        Readings.Builder rows = new Readings.Builder(400);
        long now = 1_700_000_000_000_000_000L;
        for (int series = 0; series < 400; series++) {
            long time = now + random.nextInt(20) * 1_000_000L;
            double value = Math.round(700 + random.nextGaussian() * 30) / 100.0;
            rows.add(series, time, time, new Value.Float64(value), Grade.GOOD, 0, TimeOrigin.ARRIVAL);
        }

        byte[] row = codec.encode(new Entry.Batch(rows.build(), RandomEntries.CLOCK));

        assertThat(row.length).isLessThan(400 * 4);
    }
}
