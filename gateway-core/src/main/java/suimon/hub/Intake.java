package suimon.hub;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.History;
import suimon.backhaul.Malformed;
import suimon.backhaul.Receipt.Confirmed;
import suimon.config.UplinkConfig.Lane;
import suimon.store.Change;
import suimon.store.Log;

/**
 * What a hub knows of one lane of one epoch: the highest contiguous frame it has committed, the
 * hashes of the last {@value #HASHES_MAX}, the parts of a content that is not complete, the names of
 * the gateway's series numbers, and in memory frames that came too early. For one thread at a time.
 */
final class Intake {
    /**
     * Hashes kept to tell a repeated frame from a conflicting one. A frame older than these is
     * taken for a conflict, since a gateway that falls so far back has lost its way.
     */
    static final int HASHES_MAX = 1024;

    /** Frames held back because one before them is missing; further ones are dropped. */
    static final int EARLY_MAX = 64;

    private final String owner;
    private final Lane lane;
    private final Map<Integer, Integer> seriesOfNumber = new HashMap<>();
    private final TreeMap<Integer, byte[]> parts = new TreeMap<>();
    private final Map<Integer, Slot> slots = new HashMap<>();
    private final TreeMap<Long, Frame> early = new TreeMap<>();
    private long number;
    private History history = History.NONE;

    private record Slot(long number, byte[] hash) {}

    private Intake(String owner, Lane lane) {
        this.owner = owner;
        this.lane = lane;
    }

    static String ownerOf(Epoch epoch) {
        return "hub/" + epoch;
    }

    static Intake load(Log log, Map<String, byte[]> kept, Epoch epoch, Lane lane) throws Malformed {
        Intake intake = new Intake(ownerOf(epoch), lane);
        for (Map.Entry<String, byte[]> entry : kept.entrySet()) {
            String[] key = entry.getKey().split("/", 3);
            if (!key[0].equals(lane.name())) {
                continue;
            }
            ByteBuffer bytes = ByteBuffer.wrap(entry.getValue());
            if (key.length == 1) {
                intake.number = bytes.getLong();
                intake.history = History.ofBytes(rest(bytes));
            } else if (key[1].equals("hash")) {
                intake.slots.put(Integer.valueOf(key[2]), new Slot(bytes.getLong(), rest(bytes)));
            } else if (key[1].equals("part")) {
                intake.parts.put(Integer.valueOf(key[2]), entry.getValue());
            } else {
                intake.seriesOfNumber.put(Integer.valueOf(key[2]), log.series(bytes.getInt()).id());
            }
        }
        return intake;
    }

    /** What a frame is to the lane. */
    enum Standing {
        NEXT,
        EARLY,
        REPEATED,
        CONFLICTING
    }

    Standing standingOf(Frame frame) {
        if (frame.number() == number + 1) {
            return Standing.NEXT;
        }
        if (frame.number() > number) {
            return Standing.EARLY;
        }
        Slot slot = slots.get(slotOf(frame.number()));
        boolean isSame = slot != null
                && slot.number() == frame.number()
                && Arrays.equals(slot.hash(), History.hashOf(frame.piece()));
        return isSame ? Standing.REPEATED : Standing.CONFLICTING;
    }

    /** Holds a frame that came too early; drops it where there is no room. */
    void holdBack(Frame frame) {
        if (frame.number() <= number + EARLY_MAX) {
            early.putIfAbsent(frame.number(), frame);
        }
    }

    /** A frame held back that is the next now; null when there is none. */
    @Nullable Frame takeHeldBack() {
        early.headMap(number, true).clear();
        return early.remove(number + 1);
    }

    /** The whole packed content that ends with this next frame; null while parts are missing. */
    byte @Nullable [] packedWith(Frame frame) throws Malformed {
        if (frame.part() != parts.size()) {
            throw new Malformed("part " + frame.part() + " of " + frame.parts() + " after "
                    + parts.size() + " parts");
        }
        if (!frame.isLastPart()) {
            return null;
        }
        ByteBuffer packed = ByteBuffer.allocate(
                parts.values().stream().mapToInt(part -> part.length).sum() + frame.piece().length);
        parts.values().forEach(packed::put);
        return packed.put(frame.piece()).array();
    }

    /** What has to be committed with a frame; {@link #committed} once it is. */
    List<Change> changesFor(Frame frame) {
        byte[] hash = History.hashOf(frame.piece());
        byte[] lineage = history.with(hash).toBytes();
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Keep(owner, lane.name(), numbered(frame.number(), lineage)));
        changes.add(new Change.Keep(
                owner, lane + "/hash/" + slotOf(frame.number()), numbered(frame.number(), hash)));
        if (!frame.isLastPart()) {
            changes.add(new Change.Keep(owner, lane + "/part/" + frame.part(), frame.piece()));
        } else {
            parts.keySet().forEach(part ->
                    changes.add(new Change.Keep(owner, lane + "/part/" + part, new byte[0])));
        }
        return changes;
    }

    void committed(Frame frame) {
        byte[] hash = History.hashOf(frame.piece());
        history = history.with(hash);
        number = frame.number();
        slots.put(slotOf(number), new Slot(number, hash));
        if (frame.isLastPart()) {
            parts.clear();
        } else {
            parts.put(frame.part(), frame.piece());
        }
    }

    /** The hub's number of the gateway's series number. */
    int seriesOf(int gatewayNumber) throws Malformed {
        Integer series = seriesOfNumber.get(gatewayNumber);
        if (series == null) {
            throw new Malformed("series " + gatewayNumber + " was never defined in lane " + lane);
        }
        return series;
    }

    /** Learns a number; what has to be committed with the frame that brought it. */
    Change learn(int gatewayNumber, int series) {
        seriesOfNumber.put(gatewayNumber, series);
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(series).array();
        return new Change.Keep(owner, lane + "/series/" + gatewayNumber, bytes);
    }

    Confirmed confirmed() {
        return new Confirmed(lane, number, history);
    }

    private static int slotOf(long number) {
        return (int) (number % HASHES_MAX);
    }

    private static byte[] numbered(long number, byte[] bytes) {
        return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(number).put(bytes).array();
    }

    private static byte[] rest(ByteBuffer bytes) {
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return rest;
    }
}
