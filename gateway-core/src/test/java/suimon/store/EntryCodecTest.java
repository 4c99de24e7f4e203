package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
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
