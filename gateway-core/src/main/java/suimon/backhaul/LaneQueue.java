package suimon.backhaul;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Content.Heartbeat;
import suimon.config.UplinkConfig.Lane;
import suimon.store.Books;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.StoreFailed;

/**
 * One lane of one destination: cuts frames, keeps their rows until they are confirmed, and keeps
 * the lane's books, everything in the log's own transactions. For the uplink's thread only.
 */
final class LaneQueue {
    /** Frames cut and not confirmed; no further content is cut while there are so many. */
    static final int UNCONFIRMED_MAX = 8;

    private static final long CUTOFF_APART_NANOS = 60_000_000_000L;

    private final Log log;
    private final String destination;
    private final Lane lane;
    private final Walk walk;
    private final Cutter cutter;
    private final Spending spending;
    private final Unconfirmed unconfirmed;
    private final Waiting waiting;
    private LaneState state = LaneState.START;
    private Walk.@Nullable Stretch rest;
    private long restCutoff;
    private long passed;
    /** Of all that is kept about frames when it was loaded. */
    private List<String> keys = List.of();
    private LaneRows.Loss loss = LaneRows.Loss.NONE;

    LaneQueue(Log log, String destination, Lane lane, Walk walk, Cutter cutter, Spending spending) {
        this.log = log;
        this.destination = destination;
        this.lane = lane;
        this.walk = walk;
        this.cutter = cutter;
        this.spending = spending;
        this.unconfirmed = new Unconfirmed(lane, cutter);
        this.waiting = new Waiting(lane, walk);
    }

    /** What a confirmation turned out to be. */
    enum Confirmation {
        PROGRESS,
        KNOWN,
        /** The hub has what this gateway never cut, or cut with other content. */
        DIFFERENT,
        /** The hub has lost what it once confirmed. */
        LOST
    }

    /** Owner of all that an uplink keeps. */
    static String owner(String destination) {
        return "uplink/" + destination;
    }

    static String cursorOf(String destination, Lane lane) {
        return owner(destination) + "/" + lane;
    }

    /**
     * Takes up what the last run left; what of it was lost. Unless that is nothing, {@link #restart}
     * comes next: frames that can't be told apart from others any more need another epoch.
     */
    LaneRows.Loss load(Map<String, byte[]> kept) {
        LaneRows found = LaneRows.read(lane, kept,
                hasCursor(lane) ? log.cursor(cursorOf(destination, lane)).position() : LaneRows.NO_CURSOR);
        state = found.state();
        keys = found.keys();
        loss = found.loss();
        rest = null;
        passed = 0;
        unconfirmed.replaceBy(found.rows());
        waiting.begin();
        spending.load(kept.get("spent/" + lane));
        holdPartlySent();
        return loss;
    }

    LaneState state() {
        return state;
    }

    /** Log sequence numbers the lane has still to deal with or to see confirmed. */
    long behind() {
        return walk.newest(lane) - state.confirmedPlace().sequence();
    }

    /** Whether there is something behind the place where the next frame begins. */
    boolean isBehind() {
        return walk.newest(lane) > state.place().sequence();
    }

    /** Captures are no entries of the log: no place in it depends on how far P4 has come. */
    static boolean hasCursor(Lane lane) {
        return lane != Lane.P4;
    }

    private void holdPartlySent() {
        if (lane == Lane.P4) {
            Place place = state.confirmedPlace();
            boolean isPartly = place.row() > 0 || !unconfirmed.isEmpty();
            walk.hold(destination, isPartly ? place.sequence() + 1 : 0);
        }
    }

    /** Entries that are in no book of the lane yet, as far as counted; of P3 sequence numbers. */
    long waiting() throws StoreFailed {
        return waiting.look(state.place(), walk.newest(lane));
    }

    Spending spending() {
        return spending;
    }

    Lane lane() {
        return lane;
    }

    Unconfirmed unconfirmed() {
        return unconfirmed;
    }

    /** The next frame to be sent, with its piece; null when there is none. */
    @Nullable Outgoing nextToSend() throws StoreFailed, Unconfirmed.Changed {
        Outgoing next = unconfirmed.nextToSend();
        if (unconfirmed.takeCutAgain()) {
            // The reader holds what it was shown last, which is not the rest any more.
            rest = null;
        }
        return next;
    }

    boolean hasRoom() {
        return unconfirmed.size() < UNCONFIRMED_MAX;
    }

    /** Whether entries of the lane are waiting to be cut; passes over those not meant for it. */
    boolean hasWaiting(long cutoff) throws StoreFailed {
        if (cutoff - restCutoff > CUTOFF_APART_NANOS) {
            // What a lane without budget left overnight was young enough then.
            rest = null;
        }
        Walk.Stretch stretch = rest;
        while (stretch == null || stretch.steps().isEmpty()) {
            if (!isBehind()) {
                return false;
            }
            stretch = walk.from(lane, state.place(), cutoff);
            rest = stretch;
            restCutoff = cutoff;
            if (stretch.steps().isEmpty()) {
                rest = null;
                if (!unconfirmed.isEmpty() || stretch.end().equals(state.place())) {
                    return false;
                }
                pass(stretch);
            }
        }
        return true;
    }

    /** Cuts the next content and makes its rows durable; whether more is left of the walk. */
    boolean cut(int pieceMax) throws InterruptedException {
        Walk.Stretch stretch = rest;
        if (stretch == null || stretch.steps().isEmpty()) {
            throw new IllegalStateException("nothing is waiting in " + destination + "/" + lane);
        }
        Cutter.Cut cut = cutter.cut(lane, stretch, state.announced(), restCutoff, pieceMax);
        Walk.Stretch left = stretch.after(cut.steps());
        rest = left.steps().isEmpty() ? null : left;
        append(cut.recipe(), cut.counts(), cut.packed(), pieceMax);
        return rest != null || left.isMoreWaiting();
    }

    /** Cuts a frame that holds nothing but a sign of life. */
    void cutHeartbeat(Heartbeat heartbeat, int pieceMax) throws InterruptedException {
        Recipe recipe = new Recipe(lane, state.place(), state.place(), List.of(), Long.MIN_VALUE,
                List.of(), heartbeat, ContentWire.COLUMNS);
        Content content = new Content(List.of(), List.of(), List.of(), List.of(), heartbeat);
        append(recipe, Counts.NONE, ContentWire.pack(content), pieceMax);
    }

    private void append(Recipe recipe, Counts counts, byte[] packed, int pieceMax)
            throws InterruptedException {
        int parts = Math.max(1, Math.ceilDiv(packed.length, pieceMax));
        List<Change> changes = new ArrayList<>();
        List<Outgoing> cut = new ArrayList<>();
        History history = state.history();
        for (int part = 0; part < parts; part++) {
            byte[] piece = Unconfirmed.partOf(packed, part, parts);
            byte[] hash = History.hashOf(piece);
            history = history.with(hash);
            FrameRow row = new FrameRow(state.number() + 1 + part, part, parts, recipe, hash,
                    part == parts - 1 ? counts : Counts.NONE);
            cut.add(new Outgoing(row, piece));
            changes.add(new Change.Keep(owner(destination), keyOf(row.number()), Rows.write(row)));
        }
        BitSet announced = (BitSet) state.announced().clone();
        recipe.announces().forEach(announced::set);
        LaneState next = new LaneState(state.number() + parts, history, recipe.to(), announced,
                state.confirmedNumber(), state.confirmedHistory(), state.confirmedPlace());
        changes.addAll(changesTo(next, counts));
        log.commit(new Commit(List.of(), changes));
        passed = 0;
        state = next;
        unconfirmed.add(cut);
        waiting.cut(counts.pending());
        holdPartlySent();
    }

    /** The hub has committed every frame up to the number. */
    Confirmation confirm(long number, History history, boolean isFresh)
            throws InterruptedException {
        if (number > state.number()) {
            return Confirmation.DIFFERENT;
        }
        if (number < state.confirmedNumber()) {
            return isFresh ? Confirmation.LOST : Confirmation.KNOWN;
        }
        History own = state.confirmedHistory();
        Place place = state.confirmedPlace();
        Counts settled = Counts.NONE;
        List<Change> changes = new ArrayList<>();
        for (FrameRow row : unconfirmed.upTo(number)) {
            own = own.with(row.hash());
            place = row.isLastPart() ? row.recipe().to() : place;
            settled = settled.plus(row.counts().settled());
            changes.add(new Change.Keep(owner(destination), keyOf(row.number()), new byte[0]));
        }
        if (!own.equals(history)) {
            return Confirmation.DIFFERENT;
        }
        if (number == state.confirmedNumber()) {
            return Confirmation.KNOWN;
        }
        LaneState next = new LaneState(state.number(), state.history(), state.place(),
                state.announced(), number, own, place);
        changes.addAll(changesTo(next, settled));
        log.commit(new Commit(List.of(), changes));
        passed = 0;
        state = next;
        unconfirmed.removeUpTo(number);
        holdPartlySent();
        return Confirmation.PROGRESS;
    }

    /**
     * What brings the lane into a new epoch, in which everything not confirmed is cut anew; with a
     * rewind everything the log still holds. To be committed together with the epoch; until then
     * call nothing else, then {@link #load}.
     */
    List<Change> restart(boolean rewinds) {
        List<Change> changes = new ArrayList<>();
        Counts undone = Counts.NONE;
        TreeSet<String> gone = new TreeSet<>(keys);
        for (FrameRow row : unconfirmed.upTo(Long.MAX_VALUE)) {
            undone = undone.plus(row.counts().negated());
            gone.add(keyOf(row.number()));
        }
        gone.forEach(key -> changes.add(new Change.Keep(owner(destination), key, new byte[0])));
        Place from = state.confirmedPlace();
        if (rewinds) {
            from = Place.START;
            undone = booked().negated();
            passed = 0;
        } else if (loss != LaneRows.Loss.NONE) {
            undone = booked().backTo(from.sequence());
            passed = 0;
        }
        keys = List.of();
        changes.addAll(changesTo(state.inNewEpoch(from), undone));
        rest = null;
        return changes;
    }

    private Counts booked() {
        Books.LaneBook book = log.books().lanes().get(new Books.Lane(destination, lane.name()));
        return book == null ? Counts.NONE : new Counts(book.delivered(), book.pending(),
                book.expired(), book.thinned(), book.unmeant());
    }

    /** Moves over a stretch without anything for the lane; durable with the next commit. */
    private void pass(Walk.Stretch stretch) {
        state = state.withPlace(stretch.end());
        passed += stretch.passed();
    }

    /**
     * Makes durable what was passed over since the last commit, so that retention isn't held up.
     * Not needed for correctness: after a crash it is passed over again.
     */
    void keepPassed() throws InterruptedException {
        if (passed > 0) {
            log.commit(new Commit(List.of(), changesTo(state, Counts.NONE)));
            passed = 0;
        }
    }

    /** Includes what was passed over, which the caller takes as settled once it is committed. */
    private List<Change> changesTo(LaneState next, Counts counts) {
        Counts all = counts.plus(new Counts(0, 0, 0, 0, passed));
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Keep(owner(destination), lane.name(), Rows.write(next)));
        changes.add(all.toChange(destination, lane.name()));
        if (spending.isLimited()) {
            changes.add(new Change.Keep(owner(destination), "spent/" + lane, spending.toBytes()));
        }
        if (hasCursor(lane)) {
            changes.add(new Change.Advance(cursorOf(destination, lane), next.place().sequence(),
                    next.confirmedPlace().sequence() + 1));
        }
        return changes;
    }

    private String keyOf(long number) {
        return lane + "/" + number;
    }
}
