package suimon.backhaul;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import suimon.reading.Nanos;
import suimon.store.CaptureShelf;
import suimon.store.StoredCapture;

/**
 * Walks the gateway's captures for lane P4, by their numbers. A {@link Place} here is all captures up to a
 * number and so many pieces of the one after it. What the shelf has no more, or holds damaged, is told as
 * removed; a capture is checked against its hash before its first piece goes. For the uplink's thread only.
 */
final class ObjectWalk {
    /** Part of what both sides must agree on while an object is on its way: never to be changed. */
    static final int PIECE_BYTES = 16 << 10;

    private static final int CAPTURES_MAX = 64;

    private final CaptureShelf shelf;

    ObjectWalk(CaptureShelf shelf) {
        this.shelf = shelf;
    }

    /** The number of the newest capture. */
    long newest() {
        return shelf.book().arrived();
    }

    /** The capture that a destination has in part may not go because others come; 0 for none. */
    void hold(String destination, long number) {
        shelf.hold(destination, number);
    }

    Walk.Stretch from(Place place) {
        // Before the register, so that what comes in between is not taken for removed.
        long newest = newest();
        List<StoredCapture> found = shelf.after(place.sequence(), CAPTURES_MAX);
        List<Walk.Step> steps = new ArrayList<>();
        Place at = place;
        long bytes = 0;
        for (StoredCapture capture : found) {
            if (capture.number() > at.sequence() + 1) {
                long gone = capture.number() - 1 - at.sequence();
                at = new Place(capture.number() - 1, 0);
                steps.add(gone(at, gone, Nanos.toInstant(capture.firstNanos())));
            }
            byte[] content = contentOf(capture, at.row() == 0);
            if (content.length == 0) {
                at = new Place(capture.number(), 0);
                steps.add(gone(at, 1, Nanos.toInstant(capture.firstNanos())));
                continue;
            }
            while (at.sequence() < capture.number() && bytes < Walk.READ_BYTES_MAX) {
                Walk.Step step = piece(capture, content, at.row());
                steps.add(step);
                at = step.end();
                bytes += PIECE_BYTES;
            }
            if (bytes >= Walk.READ_BYTES_MAX) {
                return new Walk.Stretch(place, steps, at, 0, true);
            }
        }
        if (found.size() < CAPTURES_MAX && newest > at.sequence()) {
            long gone = newest - at.sequence();
            at = new Place(newest, 0);
            steps.add(gone(at, gone, Instant.EPOCH));
        }
        return new Walk.Stretch(place, steps, at, 0, found.size() == CAPTURES_MAX);
    }

    private static Walk.Step piece(StoredCapture capture, byte[] content, int index) {
        int from = index * PIECE_BYTES;
        byte[] bytes = Arrays.copyOfRange(content, from, Math.min(content.length, from + PIECE_BYTES));
        ObjectPiece piece = new ObjectPiece(capture, from, bytes, History.hashOf(bytes));
        Place end = piece.isLast() ? new Place(capture.number(), 0) : new Place(capture.number() - 1, index + 1);
        return new Walk.Step(end, null, index, -1, Walk.Fate.SEND, Nanos.toInstant(capture.firstNanos()),
                new Counts(0, piece.isLast() ? 1 : 0, 0, 0, 0), piece);
    }

    private static Walk.Step gone(Place end, long count, Instant at) {
        return new Walk.Step(end, null, 0, -1, Walk.Fate.REMOVED, at, new Counts(0, 0, count, 0, 0), null);
    }

    /** Empty when it can't be had as it was. */
    private byte[] contentOf(StoredCapture capture, boolean isChecked) {
        try {
            byte[] content = Files.readAllBytes(shelf.file(capture));
            boolean isSound = content.length == capture.capture().bytes() && (!isChecked
                    || HexFormat.of().formatHex(History.hashOf(content)).equals(capture.capture().sha256()));
            return isSound ? content : new byte[0];
        } catch (IOException gone) {
            return new byte[0];
        }
    }
}
