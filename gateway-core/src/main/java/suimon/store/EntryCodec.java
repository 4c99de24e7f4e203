package suimon.store;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.time.DateTimeException;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;

/**
 * Entries to bytes and back, lossless. One row is: format version, packing, CRC-32C (RFC 3720) over
 * kind, version, packing and body, then the body. Not safe for several threads.
 */
final class EntryCodec {
    static final int VERSION = 1;
    /** Of batches since they are one arithmetic code, which zstd would only make longer. */
    static final int BATCH_VERSION = 2;
    /** No entry unpacks to more; a larger one is refused before it is written. */
    static final int BODY_BYTES_MAX = 64 << 20;

    private static final int HEAD_BYTES = 6;
    private static final int PLAIN = 0;
    private static final int ZSTD = 1;
    private static final int COMPRESS_BYTES_MIN = 64;
    /** Level 1: on batches of 400 readings level 3 saves 2 % more bytes for twice the time. */
    private static final int LEVEL = 1;

    private final ByteWriter body = new ByteWriter(4096);
    private final CRC32C checksum = new CRC32C();
    private final BatchCodec batches = new BatchCodec();
    private final FormerBatches formerBatches = new FormerBatches();
    private final RecordCodec records = new RecordCodec();
    private byte[] packed = new byte[8192];

    byte[] encode(Entry entry) {
        body.clear();
        if (entry instanceof Entry.Batch batch) {
            batches.write(batch, body);
        } else {
            records.write(entry, body);
        }
        if (body.size() > BODY_BYTES_MAX) {
            throw new IllegalStateException("an entry of " + body.size() + " bytes, at most "
                    + BODY_BYTES_MAX + " fit: " + EntryKind.of(entry));
        }
        return pack(EntryKind.of(entry));
    }

    /** IllegalArgumentException when the row is damaged or of a format this version doesn't know. */
    Entry decode(EntryKind kind, byte[] row) {
        return decode(kind, row, List.of());
    }

    /** The same for who wants some series only, see {@link BatchCodec#read}. */
    Entry decode(EntryKind kind, byte[] row, Collection<Integer> wanted) {
        if (row.length < HEAD_BYTES) {
            throw new IllegalArgumentException("only " + row.length + " bytes");
        }
        if (new ByteReader(row, 2, HEAD_BYTES).getInt() != checksumOf(kind, row)) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        int newest = versionOf(kind);
        if (row[0] < VERSION || row[0] > newest) {
            throw new IllegalArgumentException("its format is " + row[0] + ", expected " + newest);
        }
        try {
            ByteReader reader = unpack(row);
            if (kind != EntryKind.BATCH) {
                return records.read(kind, reader);
            }
            return row[0] == BATCH_VERSION ? batches.read(reader, wanted) : formerBatches.read(reader);
        } catch (ZstdException | IndexOutOfBoundsException | DateTimeException wrong) {
            // Its checksum is right, so it was damaged before it was written.
            throw new IllegalArgumentException("its content is damaged: " + wrong.getMessage(), wrong);
        }
    }

    /** Whether the checksums of a row's content and of its changes are right; does not unpack it. */
    boolean isSound(int kind, byte @Nullable [] row, byte @Nullable [] changes) {
        try {
            return row != null && row.length >= HEAD_BYTES
                    && new ByteReader(row, 2, HEAD_BYTES).getInt() == checksumOf(EntryKind.ofCode(kind), row)
                    && (changes == null || ChangeSet.isSound(changes));
        } catch (IllegalArgumentException unknownKind) {
            return false;
        }
    }

    private byte[] pack(EntryKind kind) {
        int packing = PLAIN;
        byte[] content = body.array();
        int length = body.size();
        if (kind != EntryKind.BATCH && length >= COMPRESS_BYTES_MIN) {
            int size = compress(content, length);
            if (size < length) {
                packing = ZSTD;
                content = packed;
                length = size;
            }
        }
        byte[] row = new byte[HEAD_BYTES + length];
        row[0] = (byte) versionOf(kind);
        row[1] = (byte) packing;
        System.arraycopy(content, 0, row, HEAD_BYTES, length);
        int sum = checksumOf(kind, row);
        for (int index = 0; index < 4; index++) {
            row[2 + index] = (byte) (sum >>> 8 * index);
        }
        return row;
    }

    private static int versionOf(EntryKind kind) {
        return kind == EntryKind.BATCH ? BATCH_VERSION : VERSION;
    }

    private int compress(byte[] content, int length) {
        int bound = (int) Zstd.compressBound(length);
        if (packed.length < bound) {
            packed = new byte[bound];
        }
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL).setChecksum(false).setContentSize(true);
            return context.compressByteArray(packed, 0, packed.length, content, 0, length);
        }
    }

    private static ByteReader unpack(byte[] row) {
        if (row[1] == PLAIN) {
            return new ByteReader(row, HEAD_BYTES, row.length);
        }
        long size = row.length == HEAD_BYTES
                ? -1 : Zstd.getFrameContentSize(row, HEAD_BYTES, row.length - HEAD_BYTES);
        if (row[1] != ZSTD || size < 0 || size > BODY_BYTES_MAX) {
            throw new IllegalArgumentException("its packing " + row[1] + " or size " + size + " is wrong");
        }
        byte[] plain = new byte[(int) size];
        long done = Zstd.decompressByteArray(
                plain, 0, plain.length, row, HEAD_BYTES, row.length - HEAD_BYTES);
        if (done != size) {
            throw new IllegalArgumentException("it unpacks to " + done + " bytes, expected " + size);
        }
        return new ByteReader(plain);
    }

    private int checksumOf(EntryKind kind, byte[] row) {
        checksum.reset();
        checksum.update(kind.code());
        checksum.update(row, 0, 2);
        checksum.update(row, HEAD_BYTES, row.length - HEAD_BYTES);
        return (int) checksum.getValue();
    }
}
