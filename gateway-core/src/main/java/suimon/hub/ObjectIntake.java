package suimon.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.History;
import suimon.backhaul.Malformed;
import suimon.backhaul.ObjectPiece;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.store.CaptureShelf;
import suimon.store.Change;
import suimon.store.Log;
import suimon.store.StoreFailed;
import suimon.store.StoredCapture;

/**
 * Puts the pieces of captures together and whole ones onto the hub's shelf. What came is on disk before the
 * frame that brought it is committed, so that an object goes on where it was after a kill of either side; a
 * piece that comes again is written to the same place. One object at a time: when another begins, what is
 * left of the one before goes. For one thread at a time.
 */
final class ObjectIntake {
    private static final String FOLDER = "captures-arriving";

    private static final Logger LOGGER = LoggerFactory.getLogger(ObjectIntake.class);

    private final String gateway;
    private final Path folder;
    private final CaptureShelf shelf;
    private final Path data;
    private final CaptureShelf.Limits limits;
    private final Clock clock;
    private final List<Path> finished = new ArrayList<>();

    private ObjectIntake(String gateway, Path data, CaptureShelf shelf, CaptureShelf.Limits limits, Clock clock) {
        this.gateway = gateway;
        this.data = data;
        this.limits = limits;
        this.folder = data.resolve(FOLDER);
        this.shelf = shelf;
        this.clock = clock;
    }

    static ObjectIntake open(String gateway, Log log, Path data, CaptureShelf.Limits limits, Clock clock)
            throws StoreFailed {
        return new ObjectIntake(gateway, data, CaptureShelf.open(log, data, limits), limits, clock);
    }

    /** Begun again from the disk, when memory may be ahead of it. */
    ObjectIntake reopened(Log log) throws StoreFailed {
        return open(gateway, log, data, limits, clock);
    }

    CaptureShelf shelf() {
        return shelf;
    }

    /**
     * What a frame's pieces change, to be committed with it.
     *
     * @param committed to be run when that is on disk
     */
    record Taken(List<Change> changes, List<Entry> entries, Runnable committed) {
        static final Taken NOTHING = new Taken(List.of(), List.of(), () -> {});
    }

    /** Everything that can be wrong with the pieces is found before anything is changed. */
    Taken take(List<ObjectPiece> pieces) throws Malformed, StoreFailed {
        if (pieces.isEmpty()) {
            return Taken.NOTHING;
        }
        for (ObjectPiece piece : pieces) {
            if (!piece.isSound()) {
                throw new Malformed(piece + " do not have the hash that came with them");
            }
        }
        try {
            List<Entry> entries = new ArrayList<>();
            for (int at = 0; at < pieces.size(); ) {
                int end = at;
                while (end < pieces.size() && pieces.get(end).of().equals(pieces.get(at).of())) {
                    end++;
                }
                entries.addAll(takeOfOne(pieces.subList(at, end)));
                at = end;
            }
            CaptureShelf.Drained drained = shelf.drain(Nanos.of(clock.instant()));
            return new Taken(drained.changes(), entries, () -> {
                drained.committed().run();
                shelf.sweep();
                clear();
            });
        } catch (IOException failed) {
            throw new StoreFailed("a capture of " + gateway + " can't be written to " + folder + ": " + failed, failed);
        }
    }

    private List<Entry> takeOfOne(List<ObjectPiece> pieces) throws IOException {
        StoredCapture of = pieces.getFirst().of();
        if (shelf.has(of.capture(), of.sensor())) {
            return List.of();
        }
        Path part = folder.resolve(of.capture().sha256());
        if (pieces.getFirst().offset() == 0) {
            makeRoomFor(part);
        }
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (ObjectPiece piece : pieces) {
                ByteBuffer rest = ByteBuffer.wrap(piece.bytes());
                while (rest.hasRemaining()) {
                    channel.write(rest, piece.offset() + rest.position());
                }
            }
            channel.force(true);
        }
        if (!pieces.getLast().isLast()) {
            return List.of();
        }
        byte[] content = Files.readAllBytes(part);
        finished.add(part);
        String hash = HexFormat.of().formatHex(History.hashOf(content));
        if (hash.equals(of.capture().sha256())) {
            shelf.take(of.capture(), content, of.sensor(), of.source(), of.firstNanos());
            return List.of();
        }
        // To refuse the frame would hold up all that follows for good: the record says what is missing.
        return List.of(
                new Entry.Audit(gateway, "deliver capture " + of.capture().sha256(), "hub",
                        "refused: what came has the hash " + hash, clock.instant()),
                new Entry.Gap("uplink/P4", of.sensor(), Nanos.toInstant(of.firstNanos()).minusNanos(1),
                        Nanos.toInstant(of.firstNanos()).plusNanos(1), "1 capture arrived damaged"));
    }

    private void makeRoomFor(Path part) throws IOException {
        Files.createDirectories(folder);
        try (var others = Files.newDirectoryStream(folder)) {
            for (Path other : others) {
                if (!finished.contains(other)) {
                    Files.delete(other);
                }
            }
        }
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ);
                FileChannel above = FileChannel.open(Objects.requireNonNull(folder.getParent()),
                        StandardOpenOption.READ)) {
            names.force(true);
            above.force(true);
        }
    }

    private void clear() {
        for (Path part : finished) {
            try {
                Files.deleteIfExists(part);
            } catch (IOException left) {
                LOGGER.warn("hub {}: {} can't be removed, the next capture tries again: {}", gateway, part,
                        left.toString());
            }
        }
        finished.clear();
    }
}
