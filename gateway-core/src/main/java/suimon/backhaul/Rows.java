package suimon.backhaul;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import suimon.backhaul.Content.Heartbeat;
import suimon.backhaul.Content.Missing;
import suimon.config.UplinkConfig.Lane;

/**
 * The uplink's durable rows as bytes, protobuf encoded like the frames. Not for other programs: a
 * row that can't be read is a defect.
 */
final class Rows {
    private Rows() {}

    static byte[] write(LaneState state) {
        WireWriter out = new WireWriter()
                .unsigned(1, state.number())
                .bytes(2, state.history().toBytes());
        place(out, 3, state.place());
        out.bytes(5, state.announced().toByteArray())
                .unsigned(6, state.confirmedNumber())
                .bytes(7, state.confirmedHistory().toBytes());
        place(out, 8, state.confirmedPlace());
        return out.toBytes();
    }

    static LaneState readState(byte[] bytes) throws Malformed {
        WireReader in = new WireReader(bytes);
        long[] numbers = new long[10];
        byte[][] blobs = {{}, {}, {}};
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 2 -> blobs[0] = in.bytes();
                case 5 -> blobs[1] = in.bytes();
                case 7 -> blobs[2] = in.bytes();
                default -> numbers[field] = in.unsigned();
            }
        }
        return new LaneState(
                numbers[1], History.ofBytes(blobs[0]), new Place(numbers[3], (int) numbers[4]),
                BitSet.valueOf(blobs[1]), numbers[6], History.ofBytes(blobs[2]),
                new Place(numbers[8], (int) numbers[9]));
    }

    static byte[] write(FrameRow row) {
        Recipe recipe = row.recipe();
        WireWriter out = new WireWriter()
                .unsigned(1, row.number())
                .unsigned(2, row.part())
                .unsigned(3, row.parts())
                .bytes(4, row.hash())
                .unsigned(5, recipe.lane().ordinal());
        place(out, 6, recipe.from());
        place(out, 8, recipe.to());
        out.packed(10, column -> recipe.announces().forEach(column::unsigned))
                .signed(11, recipe.cutoffNanos());
        Content carried = new Content(
                List.of(), List.of(), List.of(), recipe.missing(), recipe.heartbeat());
        out.message(12, ContentWire.write(carried));
        Counts counts = row.counts();
        out.packed(13, column -> {
            column.signed(counts.delivered());
            column.signed(counts.pending());
            column.signed(counts.expired());
            column.signed(counts.thinned());
            column.signed(counts.unmeant());
        });
        out.unsigned(14, recipe.codec());
        return out.toBytes();
    }

    static FrameRow readRow(byte[] bytes) throws Malformed {
        WireReader in = new WireReader(bytes);
        long[] numbers = new long[10];
        byte[] hash = {};
        List<Integer> announces = new ArrayList<>();
        long cutoff = 0;
        Content carried = Content.EMPTY;
        Counts counts = Counts.NONE;
        int codec = ContentWire.COLUMNS;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 4 -> hash = in.bytes();
                case 10 -> {
                    for (WireReader.Column from = in.column(); !from.isAtEnd(); ) {
                        announces.add((int) from.unsigned());
                    }
                }
                case 11 -> cutoff = in.signed();
                case 12 -> carried = ContentWire.read(in.message());
                case 13 -> counts = readCounts(in.column());
                case 14 -> codec = in.unsigned(Integer.MAX_VALUE);
                default -> numbers[field] = in.unsigned();
            }
        }
        List<Missing> missing = carried.missing();
        Heartbeat heartbeat = carried.heartbeat();
        Recipe recipe = new Recipe(
                Lane.values()[(int) numbers[5]], new Place(numbers[6], (int) numbers[7]),
                new Place(numbers[8], (int) numbers[9]), announces, cutoff, missing, heartbeat, codec);
        return new FrameRow(numbers[1], (int) numbers[2], (int) numbers[3], recipe, hash, counts);
    }

    private static Counts readCounts(WireReader.Column from) throws Malformed {
        return new Counts(from.signed(), from.signed(), from.signed(), from.signed(), from.signed());
    }

    private static void place(WireWriter out, int field, Place place) {
        out.unsigned(field, place.sequence()).unsigned(field + 1, place.row());
    }
}
