package suimon.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Capture;

/**
 * Recordings and pictures: the bytes in files named after their hash, a row for each in what the log
 * keeps. The file is on disk before the row is committed and goes after the row's removal is; so
 * whatever cuts in between leaves a file without a row, which the next {@link #open} removes, and
 * never a row without its file.
 *
 * <p>{@link #take}, {@link #drain} and {@link #sweep} are for one thread, that of ingest; what reads
 * sees committed rows only and is for any thread.
 */
public final class CaptureShelf {
    /** At this many the oldest goes, whatever the quota says. */
    public static final int CAPTURES_MAX = 20_000;

    private static final String OWNER = "captures";
    private static final String BOOK_OWNER = "captures/book";
    private static final byte[] NOTHING = {};
    private static final Logger LOG = LoggerFactory.getLogger(CaptureShelf.class);

    private final CaptureFiles files;
    private final Limits limits;
    private final TreeMap<Long, StoredCapture> rows = new TreeMap<>();
    private final Map<String, StoredCapture> byKey = new HashMap<>();
    /** How many rows speak of a file. */
    private final Map<String, Integer> speakers = new HashMap<>();
    private final Map<String, byte[]> written = new LinkedHashMap<>();
    private final List<StoredCapture> added = new ArrayList<>();
    private final List<StoredCapture> gone = new ArrayList<>();
    private final Queue<String> condemned = new ConcurrentLinkedQueue<>();
    private final NavigableMap<Long, StoredCapture> committed = new ConcurrentSkipListMap<>();
    private final Map<String, Long> held = new ConcurrentHashMap<>();
    private CaptureBook book = CaptureBook.EMPTY;
    private volatile CaptureBook committedBook = CaptureBook.EMPTY;
    private volatile long committedBytes;
    private long bytes;
    private long next = 1;

    /**
     * What may be kept; the oldest goes first.
     *
     * @param bytes of all files
     * @param age since it came; null: any
     */
    public record Limits(long bytes, @Nullable Duration age) {}

    /** What belongs into the commit, and what to run once that is on disk. */
    public record Drained(List<Change> changes, Runnable committed) {
        public static final Drained NOTHING = new Drained(List.of(), () -> {});
    }

    private CaptureShelf(Path data, Limits limits) {
        this.files = new CaptureFiles(data);
        this.limits = limits;
    }

    /**
     * Rebuilds the register and removes files that no row speaks of. After a salvage such files are
     * put aside instead, since their rows may be what was lost.
     *
     * @param data the data folder
     * @throws StoreFailed when the folder can't be used
     */
    public static CaptureShelf open(Log log, Path data, Limits limits) throws StoreFailed {
        CaptureShelf shelf = new CaptureShelf(data, limits);
        shelf.load(log.kept(OWNER), log.kept(BOOK_OWNER));
        try {
            shelf.dropRowsWithoutFile();
            boolean isSalvaged = log.kept(Notice.OWNER).containsKey(Notice.SALVAGED);
            int strays = shelf.files.clear(shelf.speakers.keySet(), isSalvaged);
            if (strays > 0) {
                LOG.info("captures: {} files without a row {}", strays, isSalvaged ? "put aside" : "removed");
            }
        } catch (IOException failed) {
            throw new StoreFailed("the captures in " + data + " can't be used: " + failed, failed);
        }
        shelf.publish();
        return shelf;
    }

    /** The committed register of a data folder, whether its gateway runs or not; nothing is changed. */
    public static CaptureShelf read(Path data) throws StoreFailed {
        try (Connection connection = Database.openReader(data);
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            Standing standing = LogState.load(connection).standing();
            CaptureShelf shelf = new CaptureShelf(data, new Limits(Long.MAX_VALUE, null));
            shelf.load(standing.kept(connection, OWNER), standing.kept(connection, BOOK_OWNER));
            statement.execute("COMMIT");
            shelf.publish();
            return shelf;
        } catch (SQLException failed) {
            throw Database.explain(Database.file(data), "reading the captures", failed);
        }
    }

    private void load(Map<String, byte[]> kept, Map<String, byte[]> keptBook) {
        kept.values().forEach(row -> add(StoredCapture.of(row)));
        byte[] bookBytes = keptBook.get("");
        book = bookBytes == null ? CaptureBook.EMPTY : CaptureBook.of(bookBytes);
        next = Math.max(book.arrived(), rows.isEmpty() ? 0 : rows.lastKey()) + 1;
    }

    private void publish() {
        committed.putAll(rows);
        committedBook = book;
        committedBytes = bytes;
    }

    private void dropRowsWithoutFile() {
        for (StoredCapture row : List.copyOf(rows.values())) {
            if (!files.has(row.capture().sha256(), row.capture().bytes())) {
                LOG.warn("captures: the file {} of {} is gone", files.of(row.capture().sha256()), row.sensor());
                forget(row);
            }
        }
        if (!book.balances(rows.size())) {
            book = book.withLost(rows.size());
            LOG.warn("captures: {} are lost in all", book.lost());
            written.put("", NOTHING);
        }
    }

    /**
     * Puts a capture on the shelf; its file is on disk when this returns, its row with the commit of
     * what {@link #drain} gives.
     *
     * @throws IOException when the file can't be written: then it must not be acknowledged
     */
    public void take(Capture capture, byte[] content, String sensor, String source, long receivedNanos)
            throws IOException {
        if (!files.has(capture.sha256(), capture.bytes())) {
            files.write(capture.sha256(), content);
        }
        StoredCapture known = byKey.get(StoredCapture.key(capture, sensor));
        if (known != null) {
            StoredCapture again = known.again(receivedNanos);
            rows.put(again.number(), again);
            byKey.put(again.key(), again);
            note(again);
            book = book.plus(0, 1, 0);
            return;
        }
        StoredCapture fresh = new StoredCapture(next++, capture, sensor, source, receivedNanos, receivedNanos, 1);
        add(fresh);
        note(fresh);
        book = book.plus(1, 0, 0);
    }

    /** Removes what is too much or too old, and gives all that changed since the last call. */
    public Drained drain(long nowNanos) {
        for (StoredCapture row = nextToGo(nowNanos); row != null; row = nextToGo(nowNanos)) {
            forget(row);
            book = book.plus(0, 0, 1);
        }
        if (written.isEmpty()) {
            return Drained.NOTHING;
        }
        List<Change> changes = new ArrayList<>();
        written.remove("");
        written.forEach((key, row) -> changes.add(new Change.Keep(OWNER, key, row)));
        changes.add(new Change.Keep(BOOK_OWNER, "", book.toBytes()));
        List<StoredCapture> shown = List.copyOf(added);
        List<StoredCapture> hidden = List.copyOf(gone);
        CaptureBook bookNow = book;
        long bytesNow = bytes;
        written.clear();
        added.clear();
        gone.clear();
        return new Drained(changes, () -> {
            shown.forEach(row -> committed.put(row.number(), row));
            hidden.forEach(row -> {
                committed.remove(row.number());
                condemned.add(row.capture().sha256());
            });
            committedBook = bookNow;
            committedBytes = bytesNow;
        });
    }

    /** Deletes the files whose removal is committed and that no row speaks of again. */
    public void sweep() {
        for (String hash = condemned.poll(); hash != null; hash = condemned.poll()) {
            if (speakers.containsKey(hash)) {
                continue;
            }
            try {
                files.remove(hash);
            } catch (IOException failed) {
                LOG.warn("captures: {} can't be removed, the next start tries again: {}", hash, failed.toString());
            }
        }
    }

    /** Committed captures, the newest first, with a smaller number than {@code before}. */
    public List<StoredCapture> newest(long before, int limit, Predicate<StoredCapture> wanted) {
        return committed.headMap(before, false).descendingMap().values().stream().filter(wanted).limit(limit)
                .toList();
    }

    /** A committed capture with those bytes; null when there is none. */
    public @Nullable StoredCapture find(String sha256) {
        return committed.values().stream().filter(row -> row.capture().sha256().equals(sha256)).findFirst()
                .orElse(null);
    }

    /** Where the bytes are as long as the capture is kept. */
    public Path file(StoredCapture row) {
        return files.of(row.capture().sha256());
    }

    /** As of the newest commit. */
    public CaptureBook book() {
        return committedBook;
    }

    /** Of all files, as of the newest commit. */
    public long bytes() {
        return committedBytes;
    }

    /** How many are kept, as of the newest commit. */
    public int size() {
        return committed.size();
    }

    /** The oldest if it is too old, or one that nobody holds where there is no room; null: none goes. */
    private @Nullable StoredCapture nextToGo(long nowNanos) {
        if (rows.isEmpty()) {
            return null;
        }
        StoredCapture oldest = rows.firstEntry().getValue();
        if (limits.age() != null && nowNanos - oldest.lastNanos() > limits.age().toNanos()) {
            return oldest;
        }
        if (bytes <= limits.bytes() && rows.size() <= CAPTURES_MAX) {
            return null;
        }
        return rows.values().stream().filter(row -> !held.containsValue(row.number())).findFirst().orElse(null);
    }

    /**
     * Of the capture a destination has a part: it does not go for want of room, only for its age. Any thread.
     *
     * @param number 0 when there is none
     */
    public void hold(String by, long number) {
        if (number == 0) {
            held.remove(by);
        } else {
            held.put(by, number);
        }
    }

    /** Committed captures with a greater number, the oldest first. */
    public List<StoredCapture> after(long number, int limit) {
        return committed.tailMap(number, false).values().stream().limit(limit).toList();
    }

    /** Whether the same bytes of the same sensor are here; for the thread that takes. */
    public boolean has(Capture capture, String sensor) {
        return byKey.containsKey(StoredCapture.key(capture, sensor));
    }

    private void add(StoredCapture row) {
        rows.put(row.number(), row);
        byKey.put(row.key(), row);
        if (speakers.merge(row.capture().sha256(), 1, Integer::sum) == 1) {
            bytes += row.capture().bytes();
        }
    }

    private void note(StoredCapture row) {
        added.add(row);
        written.put(row.key(), row.toBytes());
    }

    private void forget(StoredCapture row) {
        rows.remove(row.number());
        byKey.remove(row.key());
        String hash = row.capture().sha256();
        if (speakers.merge(hash, -1, Integer::sum) == 0) {
            speakers.remove(hash);
            bytes -= row.capture().bytes();
        }
        added.removeIf(one -> one.number() == row.number());
        gone.add(row);
        written.put(row.key(), NOTHING);
    }
}
