package suimon.backhaul;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import suimon.backhaul.Content.Block;
import suimon.backhaul.Content.Heartbeat;
import suimon.backhaul.Content.Missing;
import suimon.backhaul.Content.Reason;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.store.FrameCodec;

/** Contents to packed bytes and back: the same content is always the same bytes. Pure. */
public final class ContentWire {
    /** No content unpacks to more; a message that claims more is refused before it is unpacked. */
    public static final int BYTES_MAX = 32 << 20;

    /** Level 3: frames are few and links are paid by the byte. */
    private static final int LEVEL = 3;

    /** Readings as columns of {@link ReadingsWire}, which everybody can read. */
    public static final int COLUMNS = 0;
    /** Readings as one arithmetic code of {@link FrameCodec}. */
    public static final int CODED = 1;

    private static final int PLAIN_FORM = 1;
    private static final int ZSTD_FORM = 2;
    private static final int CODED_FORM = 3;

    private ContentWire() {}

    /** With readings as columns. */
    public static byte[] pack(Content content) {
        return pack(content, COLUMNS);
    }

    /**
     * With readings by the given codec, where there are any and not more than it can carry; otherwise as
     * columns.
     */
    public static byte[] pack(Content content, int codec) {
        WireWriter out = new WireWriter();
        List<Entry.Batch> batches = batchesOf(content);
        if (codec == COLUMNS || batches.isEmpty() || !FrameCodec.fits(batches)) {
            packRest(out, content);
        } else {
            Content rest = new Content(
                    content.series(), List.of(), content.entries(), content.missing(), content.heartbeat(),
                    content.objects());
            out.message(CODED_FORM, coded -> {
                coded.unsigned(3, codec).message(4, FrameCodec.write(batches));
                if (!rest.equals(Content.EMPTY)) {
                    packRest(coded, rest);
                }
            });
        }
        return out.toBytes();
    }

    private static void packRest(WireWriter out, Content content) {
        byte[] plain = write(content);
        byte[] compressed = Zstd.compress(plain, LEVEL);
        boolean smaller = compressed.length < plain.length;
        out.message(smaller ? ZSTD_FORM : PLAIN_FORM, smaller ? compressed : plain);
    }

    private static List<Entry.Batch> batchesOf(Content content) {
        return content.blocks().stream().map(block -> new Entry.Batch(block.readings(), block.clock())).toList();
    }

    public static Content unpack(byte[] packed) throws Malformed {
        WireReader in = new WireReader(packed);
        return switch (in.next()) {
            case PLAIN_FORM -> read(new WireReader(in.bytes()));
            case ZSTD_FORM -> read(new WireReader(decompress(in.bytes())));
            case CODED_FORM -> readCoded(in.message());
            default -> throw new Malformed("packed in a way that this version doesn't know; update the hub");
        };
    }

    private static Content readCoded(WireReader in) throws Malformed {
        Content rest = Content.EMPTY;
        int codec = COLUMNS;
        byte[] code = {};
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case PLAIN_FORM -> rest = read(new WireReader(in.bytes()));
                case ZSTD_FORM -> rest = read(new WireReader(decompress(in.bytes())));
                case 3 -> codec = in.unsigned(Integer.MAX_VALUE);
                case 4 -> code = in.bytes();
                // Whoever adds something here that may be skipped adds it to Content instead.
                default -> throw new Malformed(
                        "coded readings with a field " + field + " that this version doesn't know; update the hub");
            }
        }
        if (codec != CODED) {
            throw new Malformed(
                    "readings by the codec " + codec + ", this version knows " + CODED + "; update the hub");
        }
        if (!rest.blocks().isEmpty()) {
            throw new Malformed("readings as columns beside coded ones");
        }
        return new Content(rest.series(), blocksOf(code), rest.entries(), rest.missing(), rest.heartbeat(),
                rest.objects());
    }

    private static List<Block> blocksOf(byte[] code) throws Malformed {
        try {
            return FrameCodec.read(code).stream().map(batch -> new Block(batch.clock(), batch.readings())).toList();
        } catch (IllegalArgumentException wrong) {
            throw new Malformed("coded readings: " + wrong.getMessage(), wrong);
        }
    }

    private static byte[] decompress(byte[] compressed) throws Malformed {
        // Of no bytes at all the library doesn't say that they are no frame, it throws.
        long size = compressed.length == 0 ? -1 : Zstd.getFrameContentSize(compressed);
        if (size < 0 || size > BYTES_MAX) {
            throw new Malformed("unpacks to " + size + " bytes, expected at most " + BYTES_MAX);
        }
        byte[] plain = new byte[(int) size];
        try {
            if (Zstd.decompress(plain, compressed) == size) {
                return plain;
            }
        } catch (ZstdException damaged) {
            throw new Malformed("not a Zstandard frame: " + damaged.getMessage(), damaged);
        }
        throw new Malformed("not a Zstandard frame of " + size + " bytes");
    }

    static byte[] write(Content content) {
        WireWriter out = new WireWriter();
        content.series().forEach(series -> out.message(1, EntryWire.series(series)));
        content.blocks().forEach(block -> out.message(2, nested -> block(nested, block)));
        content.entries().forEach(entry -> out.message(3, EntryWire.write(entry)));
        content.missing().forEach(missing -> out.message(4, nested -> missing(nested, missing)));
        Heartbeat heartbeat = content.heartbeat();
        if (heartbeat != null) {
            out.message(5, nested -> nested
                    .signed(1, Nanos.of(heartbeat.at()))
                    .packed(2, column -> heartbeat.behind().forEach(column::unsigned)));
        }
        content.objects().forEach(piece -> out.message(8, nested -> ObjectWire.write(nested, piece)));
        return out.toBytes();
    }

    private static void block(WireWriter out, Block block) {
        ClockStamp clock = block.clock();
        out.message(1, nested -> nested
                .text(1, clock.boot())
                .signed(2, clock.monotonicNanos())
                .signed(3, clock.utcNanos())
                .unsigned(4, clock.trust().ordinal()));
        ReadingsWire.write(block.readings()).forEach(series -> out.message(2, series));
    }

    private static void missing(WireWriter out, Missing missing) {
        out.unsigned(1, missing.reason().ordinal())
                .unsigned(2, missing.count())
                .signed(3, Nanos.of(missing.from()))
                .signed(4, Nanos.of(missing.to()))
                .text(5, missing.series());
    }

    static Content read(WireReader in) throws Malformed {
        List<Series> series = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        List<Missing> missing = new ArrayList<>();
        Heartbeat heartbeat = null;
        List<ObjectPiece> objects = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> series.add(EntryUnwire.series(in.message()));
                case 2 -> blocks.add(readBlock(in.message()));
                case 3 -> addKnown(entries, in.message());
                case 4 -> missing.add(readMissing(in.message()));
                case 5 -> heartbeat = readHeartbeat(in.message());
                case 8 -> objects.add(ObjectWire.read(in.message()));
                default -> in.skip();
            }
        }
        return new Content(series, blocks, entries, missing, heartbeat, objects);
    }

    private static void addKnown(List<Entry> entries, WireReader in) throws Malformed {
        Entry entry = EntryUnwire.read(in);
        if (entry == null) {
            // Dropping it would confirm what is not kept: the hub must be updated first.
            throw new Malformed("an entry of a kind this version doesn't know; update the hub");
        }
        entries.add(entry);
    }

    private static Block readBlock(WireReader in) throws Malformed {
        ClockStamp clock = new ClockStamp("", 0, 0, ClockStamp.Trust.UNKNOWN);
        Readings.Builder readings = new Readings.Builder(64);
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> clock = readClock(in.message());
                case 2 -> ReadingsWire.read(in.message(), readings);
                default -> in.skip();
            }
        }
        return new Block(clock, readings.build());
    }

    private static ClockStamp readClock(WireReader in) throws Malformed {
        String boot = "";
        long monotonic = 0;
        long utc = 0;
        int trust = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> boot = in.text();
                case 2 -> monotonic = in.signed();
                case 3 -> utc = in.signed();
                case 4 -> trust = in.unsigned(ClockStamp.Trust.values().length - 1);
                default -> in.skip();
            }
        }
        return new ClockStamp(boot, monotonic, utc, ClockStamp.Trust.values()[trust]);
    }

    private static Missing readMissing(WireReader in) throws Malformed {
        int reason = 0;
        long count = 0;
        Instant from = Instant.EPOCH;
        Instant to = Instant.EPOCH;
        String series = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> reason = in.unsigned(Reason.values().length - 1);
                case 2 -> count = in.unsigned();
                case 3 -> from = Nanos.toInstant(in.signed());
                case 4 -> to = Nanos.toInstant(in.signed());
                case 5 -> series = in.text();
                default -> in.skip();
            }
        }
        return new Missing(Reason.values()[reason], count, from, to, series);
    }

    private static Heartbeat readHeartbeat(WireReader in) throws Malformed {
        Instant at = Instant.EPOCH;
        List<Long> behind = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> at = Nanos.toInstant(in.signed());
                case 2 -> {
                    for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
                        behind.add(from.unsigned());
                    }
                }
                default -> in.skip();
            }
        }
        return new Heartbeat(at, behind);
    }
}
