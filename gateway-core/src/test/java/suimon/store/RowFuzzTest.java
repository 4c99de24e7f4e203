package suimon.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import suimon.fuzz.FuzzContract;
import suimon.fuzz.Subject;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** What lies in the log's file: rows are read, or IllegalArgumentException and nothing else, right checksum or not. */
class RowFuzzTest extends FuzzContract {
    private static final long START = 1_790_000_000_000_000_000L;
    /** A batch says how many readings it has before they come, an arithmetic code never ends: so much is believed. */
    private static final long MANY_BYTES = 400L << 20;

    @Override
    protected List<Subject> subjects() {
        EntryCodec entries = new EntryCodec();
        ChunkCodec chunks = new ChunkCodec();
        List<byte[]> others = new ArrayList<>();
        for (Entry other : new RandomEntries(1).others()) {
            byte[] row = entries.encode(other);
            others.add(ByteBuffer.allocate(row.length + 1).put((byte) EntryKind.of(other).code()).put(row).array());
        }
        return List.of(
                new Subject("row-entry", others, input -> input.length > 0 && reads(input, row -> entries.decode(
                                EntryKind.ofCode(row[0]), java.util.Arrays.copyOfRange(row, 1, row.length))))
                        .allocating(EntryCodec.BODY_BYTES_MAX + (1L << 20), 500)
                        .repairing(RowFuzzTest::withChecksumOfEntry).rounds(Subject.ROUNDS / 4),
                new Subject("row-batch", List.of(entries.encode(batch(0)), entries.encode(batch(3)),
                                entries.encode(batch(40)), entries.encode(new RandomEntries(7).batch())),
                        input -> reads(input, row -> entries.decode(EntryKind.BATCH, row)))
                        .allocating(MANY_BYTES, 500).repairing(RowFuzzTest::withChecksumOfBatch)
                        .rounds(Subject.ROUNDS / 20),
                new Subject("row-chunk", List.of(chunks.write(batch(1).readings()), chunks.write(batch(30).readings())),
                        input -> reads(input, chunk -> chunks.read(chunk, 1)))
                        .allocating(MANY_BYTES, 500).repairing(closing()).rounds(Subject.ROUNDS / 20),
                new Subject("row-changes", List.of(changes()), input -> reads(input, ChangeSet::of)).repairing(closing()));
    }

    @Test
    void aCountThatOverflowsWhenMultipliedIsRefused() {
        byte[] bytes = new ByteWriter(16).putVarint(1L << 62).toBytes();

        assertThatThrownBy(() -> new ByteReader(bytes).getCount(4)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a count of");
    }

    private static Entry.Batch batch(int rows) {
        Readings.Builder readings = new Readings.Builder(Math.max(1, rows));
        Random random = new Random(rows);
        for (int row = 0; row < rows; row++) {
            readings.add(1, START + row * 1_000_000_000L, START + row * 1_000_000_000L + random.nextInt(1_000_000),
                    new Value.Decimal(700 + random.nextInt(9), 2), Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        return new Entry.Batch(readings.build(), RandomEntries.CLOCK);
    }

    private static byte[] changes() {
        ChangeSet set = new ChangeSet();
        set.add(new Change.Advance("uplink/p3", 17, 4));
        set.add(new Change.Keep("source", "one", new byte[] {1, 2, 3}));
        set.add(new Change.SourceCount("mqtt", 5, 4, 1, 0));
        set.add(new Change.SeriesCount(3, 4, 4, 0));
        return set.toBytes();
    }

    private static boolean reads(byte[] input, Consumer<byte[]> reader) {
        try {
            reader.accept(input);
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    /** A CRC-32C over all before it stands at the end. */
    private static UnaryOperator<byte[]> closing() {
        return input -> {
            if (input.length > 4) {
                CRC32C sum = new CRC32C();
                sum.update(input, 0, input.length - 4);
                ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(input.length - 4, (int) sum.getValue());
            }
            return input;
        };
    }

    private static byte[] withChecksumOfEntry(byte[] input) {
        return input.length < 7 ? input : withChecksum(input, input[0], 1);
    }

    private static byte[] withChecksumOfBatch(byte[] input) {
        return input.length < 6 ? input : withChecksum(input, EntryKind.BATCH.code(), 0);
    }

    private static byte[] withChecksum(byte[] input, int kind, int at) {
        CRC32C sum = new CRC32C();
        sum.update(kind);
        sum.update(input, at, 2);
        sum.update(input, at + 6, input.length - at - 6);
        ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 2, (int) sum.getValue());
        return input;
    }
}
