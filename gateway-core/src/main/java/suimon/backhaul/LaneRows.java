package suimon.backhaul;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import suimon.config.UplinkConfig.Lane;

/**
 * What the log has kept of a lane, held against itself: after damage to the log's file a part of it
 * may be missing or older than the rest.
 *
 * @param rows the frames not confirmed, by number
 * @param keys under which anything about frames is kept, readable or not
 */
record LaneRows(LaneState state, Collection<FrameRow> rows, List<String> keys, Loss loss) {
    LaneRows {
        rows = List.copyOf(rows);
        keys = List.copyOf(keys);
    }

    /** What of a lane was lost. */
    enum Loss {
        NONE,
        /** What is known of frames on their way does not fit the lane's state. */
        FRAMES,
        /** How far the lane has come. */
        STATE
    }

    /** In place of a position, for a lane without a cursor over the log. */
    static final long NO_CURSOR = -1;

    /** @param position of the lane's cursor, which is kept elsewhere */
    static LaneRows read(Lane lane, Map<String, byte[]> kept, long position) {
        TreeMap<Long, FrameRow> rows = new TreeMap<>();
        List<String> keys = new ArrayList<>();
        boolean isReadable = true;
        for (Map.Entry<String, byte[]> entry : kept.entrySet()) {
            if (entry.getKey().startsWith(lane + "/")) {
                keys.add(entry.getKey());
                try {
                    FrameRow row = Rows.readRow(entry.getValue());
                    rows.put(row.number(), row);
                } catch (Malformed damage) {
                    isReadable = false;
                }
            }
        }
        byte[] bytes = kept.get(lane.name());
        if (bytes == null) {
            boolean isNew = position <= 0 && keys.isEmpty();
            return new LaneRows(LaneState.START, List.of(), keys, isNew ? Loss.NONE : Loss.STATE);
        }
        try {
            LaneState state = Rows.readState(bytes);
            boolean isSound = isReadable
                    && (position == NO_CURSOR || state.place().sequence() == position)
                    && isComplete(state, rows.values());
            return new LaneRows(state, rows.values(), keys, isSound ? Loss.NONE : Loss.FRAMES);
        } catch (Malformed damage) {
            return new LaneRows(LaneState.START, List.of(), keys, Loss.STATE);
        }
    }

    /** Whether the rows lead from what is confirmed to what was cut, none missing and none more. */
    private static boolean isComplete(LaneState state, Collection<FrameRow> rows) {
        long number = state.confirmedNumber();
        History history = state.confirmedHistory();
        for (FrameRow row : rows) {
            if (row.number() != ++number) {
                return false;
            }
            history = history.with(row.hash());
        }
        return number == state.number() && history.equals(state.history());
    }
}
