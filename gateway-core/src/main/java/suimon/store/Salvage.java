package suimon.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what can still be read of a damaged log into a new file, while nobody has the log open: the
 * process that finds damage says so by {@link #suspect} and ends, the next start salvages. What is
 * lost is entered into the books, the log gets a new epoch, and a {@link Notice} tells the gateway.
 *
 * <p>The new file is finished under another name and takes its place by renaming; a start that is
 * cut off at any point goes on or begins again. The damaged file stays as {@code log.db.damaged-TIME}
 * while both fit into the quota.
 */
final class Salvage {
    private static final Logger LOGGER = LoggerFactory.getLogger(Salvage.class);
    private static final String SUSPECT = Database.FILE + ".suspect";
    private static final String UNFINISHED = Database.FILE + ".salvaging";
    private static final String FINISHED = Database.FILE + ".salvaged";
    private static final String DAMAGED = Database.FILE + ".damaged-";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final long ROOM_RESERVED_BYTES = 64L << 20;
    private static final int REASON_MAX = 2000;

    private final Path folder;
    private final Clock clock;
    private final String why;
    private long damage;

    private Salvage(Path folder, Clock clock, String why) {
        this.folder = folder;
        this.clock = clock;
        this.why = why;
    }

    /** Has the next start salvage the log; for whoever meets damage. */
    static void suspect(Path folder, String why) {
        try {
            if (Files.notExists(folder.resolve(SUSPECT))) {
                Files.writeString(folder.resolve(SUSPECT), why);
                Durable.sync(folder.resolve(SUSPECT));
                Durable.sync(folder);
            }
        } catch (IOException failed) {
            LOGGER.error("log {}: the note that it is damaged could not be written: {}", folder, failed.toString());
        }
    }

    /** What {@link #suspect} said and no start has dealt with; null when nothing. */
    static @Nullable String suspicion(Path folder) {
        try {
            String why = Files.readString(folder.resolve(SUSPECT));
            return why.substring(0, Math.min(why.length(), REASON_MAX));
        } catch (IOException none) {
            return null;
        }
    }

    /**
     * Before the log is opened: ends what was begun, and salvages when there is reason to; whether
     * there was.
     */
    static boolean beforeOpening(Path folder, long quotaBytes, Clock clock) throws StoreFailed {
        try {
            if (Files.exists(folder.resolve(FINISHED))) {
                new Salvage(folder, clock, "").replace();
            }
            Files.deleteIfExists(folder.resolve(UNFINISHED));
            String reason = Files.exists(Database.file(folder)) ? reason(folder) : null;
            if (reason != null) {
                run(folder, reason, clock);
            }
            keepWithin(folder, quotaBytes);
            return reason != null;
        } catch (IOException failed) {
            throw new StoreFailed("looking for damage in " + folder + " failed: " + failed
                    + "; check the medium with dmesg and smartctl", failed);
        }
    }

    private static @Nullable String reason(Path folder) throws IOException {
        String said = suspicion(folder);
        Path file = Database.file(folder);
        Catalog catalog = Catalog.read(folder);
        try (PageFile pages = PageFile.open(file)) {
            byte[] head = pages.page(1);
            if (catalog == null && (head == null || !Schema.isOurs(Bytes.intAt(head, 68)))) {
                // Nothing says that it ever was ours: it is left as it is.
                Files.deleteIfExists(folder.resolve(SUSPECT));
                return null;
            }
            if (said != null) {
                return said;
            }
            if (pages.wal().lostFrames() > 0) {
                return pages.wal().isCutOff()
                        ? "the write-ahead log was cut off" : "a page in the write-ahead log is damaged";
            }
            return catalog == null || pages.pages() == 0 ? null : catalog.wrongHead(pages.page(1));
        }
    }

    /** Salvages whatever the reason. */
    static void run(Path folder, String why, Clock clock) throws StoreFailed {
        LOGGER.error("log {} is damaged ({}); what can be read is taken into a new file", folder, why);
        Salvage salvage = new Salvage(folder, clock, why);
        try {
            salvage.fill();
            Durable.sync(folder.resolve(UNFINISHED));
            Durable.rename(folder.resolve(UNFINISHED), folder.resolve(FINISHED));
            salvage.replace();
        } catch (IOException failed) {
            throw new StoreFailed("salvaging " + Database.file(folder) + " failed: " + failed
                    + "; check that the disk has as much room again as the log takes", failed);
        } catch (SQLException failed) {
            throw Database.explain(folder.resolve(UNFINISHED), "salvaging the log", failed);
        }
    }

    private void fill() throws IOException, SQLException, StoreFailed {
        Path file = Database.file(folder);
        Files.deleteIfExists(folder.resolve(UNFINISHED));
        removeDamaged();
        try (PageFile pages = PageFile.open(file);
                Connection to = Database.openBlank(folder.resolve(UNFINISHED));
                Statement statement = to.createStatement()) {
            Catalog catalog = Catalog.find(pages, folder);
            // Every step so far only adds, so rows of older versions fit into the present tables.
            Schema.createAs(to, Schema.version());
            statement.execute("BEGIN");
            boolean hasAllSpans = copy(pages, catalog, to, keepFrom(pages, catalog));
            statement.execute("COMMIT");
            statement.execute("BEGIN");
            SalvagedBooks.Loss loss = SalvagedBooks.settle(to, hasAllSpans, clock.millis());
            Epoch.begin(to);
            Notice.write(to, Notice.SALVAGED, new Notice.Salvaged(
                    why, loss.entries(), loss.readings(), damage + pages.wal().lostFrames()).toBytes());
            statement.execute("COMMIT");
            statement.execute("PRAGMA journal_mode=WAL");
            LOGGER.warn("log {} is salvaged: {} entries and {} readings are lost, {} pages or rows were damaged",
                    folder, loss.entries(), loss.readings(), damage);
        }
    }

    /** Returns whether the table of stretches was whole. */
    private boolean copy(PageFile pages, Catalog catalog, Connection to, long keepFrom)
            throws IOException, SQLException {
        TreeWalk walk = new TreeWalk(pages, done -> {});
        walk.walk(TreeWalk.SCHEMA, cell -> {});
        Map<String, SalvagedTable> tables = new LinkedHashMap<>();
        Catalog made = Catalog.of(to);
        try {
            for (var tree : catalog.trees().entrySet()) {
                boolean isMadeAnew = !made.trees().containsKey(tree.getKey()) || isIndex(to, tree.getKey())
                        || tree.getKey().equals("directory");
                if (isMadeAnew) {
                    // From the rows; walked so that its pages are not taken for strays.
                    walk.walk(tree.getValue(), cell -> {});
                    continue;
                }
                SalvagedTable table =
                        new SalvagedTable(to, tree.getKey(), tree.getValue().isTable(), keepFrom);
                tables.put(tree.getKey(), table);
                if (!walk.walk(tree.getValue(), table::take)) {
                    table.broken();
                }
            }
            for (boolean isTable : List.of(true, false)) {
                List<SalvagedTable> broken = tables.values().stream()
                        .filter(table -> !table.isWhole() && table.isTable() == isTable).toList();
                if (!broken.isEmpty()) {
                    walk.strays(isTable, cell -> takeStray(broken, cell));
                }
            }
        } finally {
            for (SalvagedTable table : tables.values()) {
                table.close();
            }
        }
        damage = walk.damage();
        SalvagedTable spans = tables.get("span");
        return spans != null && spans.isWhole() && spans.isSound();
    }

    private static void takeStray(List<SalvagedTable> broken, Cell cell) throws IOException {
        for (SalvagedTable table : broken) {
            if (table.fits(cell)) {
                table.take(cell);
                return;
            }
        }
    }

    private static boolean isIndex(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Database.single(statement, "SELECT count(*) FROM sqlite_schema WHERE type = 'index'"
                    + " AND name = '" + name + "'") > 0;
        }
    }

    /** From which entry on there is room for history; 0 for all of it, as nearly always. */
    private long keepFrom(PageFile pages, Catalog catalog) throws IOException {
        long room = Files.getFileStore(folder).getUsableSpace() - ROOM_RESERVED_BYTES;
        long needed = (long) pages.pages() * pages.pageBytes();
        TreeWalk.Tree entries = catalog.trees().get("entry");
        if (room >= needed || entries == null) {
            return 0;
        }
        long[] range = {Long.MAX_VALUE, 0};
        new TreeWalk(pages, done -> {}).walk(entries, cell -> {
            range[0] = Math.min(range[0], cell.key());
            range[1] = Math.max(range[1], cell.key());
        });
        long kept = (long) ((range[1] - range[0]) * Math.max(0.0, (double) room / needed) * 0.9);
        LOGGER.error("log {}: there is room for {} of {} bytes; the oldest history is left behind",
                folder, room, needed);
        return range[1] - kept;
    }

    /** Puts the finished file in the place of the damaged one; may run again where it was cut off. */
    private void replace() throws IOException {
        Path file = Database.file(folder);
        Path finished = folder.resolve(FINISHED);
        Path kept = folder.resolve(DAMAGED + STAMP.format(clock.instant()));
        move(folder.resolve(Database.FILE + "-wal"), kept.resolveSibling(kept.getFileName() + "-wal"));
        Files.deleteIfExists(folder.resolve(Database.FILE + "-shm"));
        move(file, kept);
        // A write-ahead log beside the new file would be played into it.
        Files.deleteIfExists(folder.resolve(FINISHED + "-wal"));
        Files.deleteIfExists(folder.resolve(FINISHED + "-shm"));
        Durable.rename(finished, file);
        Files.deleteIfExists(folder.resolve(SUSPECT));
        Durable.sync(folder);
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Durable.rename(from, to);
        }
    }

    /** The damaged file of an earlier time makes room for that of this time. */
    private void removeDamaged() throws IOException {
        try (var names = Files.newDirectoryStream(folder, DAMAGED + "*")) {
            for (Path old : names) {
                Files.delete(old);
            }
        }
    }

    /** What is kept for inspection goes when it and the log together pass the quota. */
    private static void keepWithin(Path folder, long quotaBytes) throws IOException {
        long bytes = Files.exists(Database.file(folder)) ? Files.size(Database.file(folder)) : 0;
        try (var names = Files.newDirectoryStream(folder, DAMAGED + "*")) {
            for (Path old : names) {
                bytes += Files.size(old);
                if (bytes > quotaBytes) {
                    Files.delete(old);
                    LOGGER.warn("log {}: {} is removed to keep within the quota", folder, old.getFileName());
                }
            }
        }
    }
}
