package suimon.backhaul;

import java.util.BitSet;

/**
 * What is durable of a lane. The cut side runs ahead of the confirmed side by the frames that have
 * a {@link FrameRow}.
 *
 * @param number the last frame cut in this epoch
 * @param history over all frames cut
 * @param place where the next frame begins
 * @param announced series numbers the hub knows once all frames are confirmed; not to be changed
 */
record LaneState(
        long number, History history, Place place, BitSet announced,
        long confirmedNumber, History confirmedHistory, Place confirmedPlace) {
    static final LaneState START = new LaneState(
            0, History.NONE, Place.START, new BitSet(), 0, History.NONE, Place.START);

    /** The same place in a new epoch, in which nothing has been cut. */
    LaneState inNewEpoch(Place from) {
        return new LaneState(0, History.NONE, from, new BitSet(), 0, History.NONE, from);
    }

    LaneState withPlace(Place passed) {
        return new LaneState(
                number, history, passed, announced, confirmedNumber, confirmedHistory, passed);
    }
}
