package suimon.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record in a page (SQLite file format, sections 1.5, 1.6 and 2.1), read with distrust: whatever
 * doesn't fit makes it unreadable.
 *
 * @param key the rowid, in tables that have one
 * @param values Long, Double, String, byte[] or null per column
 */
record Cell(long key, List<@Nullable Object> values) {
    private static final int BYTES_MAX = EntryCodec.BODY_BYTES_MAX + (1 << 20);
    private static final int COLUMNS_MAX = 64;

    /** Reads on from a place in bytes; IllegalArgumentException beyond their end. */
    private static final class Place {
        final byte[] bytes;
        final int end;
        int at;

        Place(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        long varint() {
            long value = 0;
            for (int count = 0; count < 9; count++) {
                if (at >= end) {
                    throw new IllegalArgumentException("a number beyond the end");
                }
                byte one = bytes[at++];
                if (count == 8) {
                    return value << 8 | one & 0xFF;
                }
                value = value << 7 | one & 0x7F;
                if (one >= 0) {
                    return value;
                }
            }
            return value;
        }

        long integer(int length) {
            if (at + length > end) {
                throw new IllegalArgumentException("a value beyond the end");
            }
            long value = bytes[at];
            for (int index = 1; index < length; index++) {
                value = value << 8 | bytes[at + index] & 0xFF;
            }
            at += length;
            return value;
        }

        byte[] take(int length) {
            if (length < 0 || at + length > end) {
                throw new IllegalArgumentException("a value beyond the end");
            }
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }
    }

    /** The key of a leaf's cell in a table with rowids. */
    static long keyAt(byte[] page, int at) {
        Place place = new Place(page, at, page.length);
        place.varint();
        return place.varint();
    }

    /** The key after the child's number in an interior page of a table. */
    static long dividerAt(byte[] page, int at) {
        return new Place(page, at + 4, page.length).varint();
    }

    /**
     * Reads the record of a cell.
     *
     * @param isTable whether a rowid comes before the record
     * @param used gets the overflow pages
     * @throws IllegalArgumentException when it is damaged
     */
    static Cell read(PageFile file, byte[] page, int at, boolean isTable, BitSet used) throws IOException {
        Place place = new Place(page, at, page.length);
        long length = place.varint();
        if (length < 1 || length > BYTES_MAX) {
            throw new IllegalArgumentException("a record of " + length + " bytes");
        }
        long key = isTable ? place.varint() : 0;
        int local = localBytes((int) length, page.length, isTable);
        byte[] record = place.take(local);
        if (local < length) {
            record = withOverflow(file, record, (int) length, (int) place.integer(4), used);
        }
        return new Cell(key, parse(record));
    }

    /** SQLite file format, section 1.6; no bytes of a page are reserved. */
    private static int localBytes(int length, int usable, boolean isTable) {
        int most = isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23;
        if (length <= most) {
            return length;
        }
        int least = (usable - 12) * 32 / 255 - 23;
        int local = least + (length - least) % (usable - 4);
        return local <= most ? local : least;
    }

    private static byte[] withOverflow(PageFile file, byte[] local, int length, int first, BitSet used)
            throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(length);
        whole.writeBytes(local);
        int number = first;
        while (whole.size() < length) {
            byte[] page = file.page(number);
            if (page == null) {
                throw new IllegalArgumentException("its rest is on page " + number + ", which is not there");
            }
            used.set(number);
            whole.write(page, 4, Math.min(page.length - 4, length - whole.size()));
            number = Bytes.intAt(page, 0);
        }
        return whole.toByteArray();
    }

    private static List<@Nullable Object> parse(byte[] record) {
        Place types = new Place(record, 0, record.length);
        long head = types.varint();
        if (head < 1 || head > record.length) {
            throw new IllegalArgumentException("a head of " + head + " bytes");
        }
        Place body = new Place(record, (int) head, record.length);
        List<@Nullable Object> values = new ArrayList<>();
        while (types.at < head) {
            if (values.size() == COLUMNS_MAX) {
                throw new IllegalArgumentException("more than " + COLUMNS_MAX + " columns");
            }
            values.add(value(types.varint(), body));
        }
        if (body.at != record.length) {
            throw new IllegalArgumentException("its columns end at " + body.at + " of " + record.length);
        }
        return Collections.unmodifiableList(values);
    }

    private static @Nullable Object value(long type, Place body) {
        if (type >= 12) {
            byte[] bytes = body.take((int) Math.min((type - 12) / 2, BYTES_MAX));
            return type % 2 == 0 ? bytes : new String(bytes, StandardCharsets.UTF_8);
        }
        return switch ((int) type) {
            case 0 -> null;
            case 1, 2, 3, 4 -> body.integer((int) type);
            case 5 -> body.integer(6);
            case 6 -> body.integer(8);
            case 7 -> Double.longBitsToDouble(body.integer(8));
            case 8 -> 0L;
            case 9 -> 1L;
            default -> throw new IllegalArgumentException("a value of type " + type);
        };
    }
}
