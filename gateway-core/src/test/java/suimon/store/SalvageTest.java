package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * One damaged page costs only what was on it: no reading that was elsewhere is missing, none is
 * there twice, and the books balance with the loss in them.
 */
class SalvageTest {
    private static final int COMMITS = 500;
    private static final int FRAME_BYTES = 24 + Database.PAGE_BYTES;
    private static final int ROUNDS = 3;
    private static final int ROUNDS_LONG = 60;
    private static final int SERIES = 3;

    @TempDir
    Path scratch;

    /** What each entry holds in readings, by sequence; known from before the damage. */
    private final Map<Long, Readings> batches = new HashMap<>();
    private final Set<Long> others = new HashSet<>();

    /** Where the bit flips. */
    enum Place {
        HEAD, SCHEMA, INTERIOR, LEAF, OVERFLOW, INDEX, FREE, SMALL_TABLE
    }

    @BeforeEach
    void write() throws Exception {
        try (Log log = openFast(original())) {
            fill(log, 1, COMMITS);
        }
        try (Connection connection = Database.openWriter(original(), Durability.FULL);
                var statement = connection.createStatement()) {
            // Free pages, as retention leaves them.
            statement.execute("CREATE TABLE gone(bytes BLOB)");
            for (int row = 0; row < 40; row++) {
                statement.execute("INSERT INTO gone VALUES(randomblob(3000))");
            }
            statement.execute("DROP TABLE gone");
        }
    }

    @Test
    void aWholeLogSalvagedIsTheSameLog() throws Exception {
        Path folder = copy("whole");
        Books before = Ledger.read(folder).books();
        Salvage.suspect(folder, "a test says so");

        try (Log log = open(folder)) {
            check("whole", log, folder, Set.of());
            assertThat(log.books()).isEqualTo(before);
            assertThat(notice(log).entries()).isZero();
            assertThat(notice(log).damage()).isZero();
        }
        assertThat(damagedFiles(folder)).isNotEmpty();
        assertThat(folder.resolve("log.db.suspect")).doesNotExist();
    }

    @Test
    void everyPageOfAWholeFileIsAccountedFor() throws Exception {
        try (PageFile pages = PageFile.open(Database.file(original()))) {
            TreeWalk walk = new TreeWalk(pages, done -> {});
            assertThat(walk.walk(TreeWalk.SCHEMA, cell -> {})).isTrue();
            for (TreeWalk.Tree tree : Catalog.find(pages, original()).trees().values()) {
                assertThat(walk.walk(tree, cell -> {})).isTrue();
            }
            BitSet free = walk.freePages();

            assertThat(free.cardinality()).isGreaterThan(20);
            assertThat(walk.lostPages(free)).isZero();
            assertThat(walk.damage()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void aFlippedBitCostsOnlyWhatWasOnItsPage(Place place) throws Exception {
        flipAndCheck(place, 1, ROUNDS);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    @Tag("long")
    void manyFlippedBitsCostOnlyWhatWasOnTheirPages(Place place) throws Exception {
        flipAndCheck(place, 1001, 1000 + ROUNDS_LONG);
    }

    private void flipAndCheck(Place place, int firstSeed, int lastSeed) throws Exception {
        for (int seed = firstSeed; seed <= lastSeed; seed++) {
            Random random = new Random(seed * 1000L + place.ordinal());
            String description = "place=" + place + " seed=" + seed;
            Path folder = copy(place + "-" + seed);
            int page = pick(folder, place, random);
            Set<Long> onPage = entriesOn(folder, page);
            flip(Database.file(folder), (page - 1L) * Database.PAGE_BYTES
                    + (place == Place.HEAD ? random.nextInt(100)
                    : place == Place.SCHEMA ? 100 + random.nextInt(Database.PAGE_BYTES - 100)
                    : random.nextInt(Database.PAGE_BYTES)), random);
            Salvage.suspect(folder, "a test says so");

            try (Log log = open(folder)) {
                check(description + " page=" + page, log, folder, onPage);
            }
        }
    }

    @Test
    void anInspectionOfALogInUseFindsNothingWrong() throws Exception {
        Path folder = copy("busy");
        try (Log log = openFast(folder)) {
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    fill(log, COMMITS + 1, COMMITS + 800);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
            while (writer.isAlive()) {
                assertThat(log.inspect(page -> Thread.yield())).isZero();
            }
            assertThat(log.suspicion()).isNull();
        }
    }

    @Test
    void anInspectionFindsDamageInUseAndTheNextStartSalvages() throws Exception {
        for (Place place : List.of(Place.LEAF, Place.OVERFLOW, Place.INTERIOR, Place.FREE)) {
            Path folder = copy("found-" + place);
            Random random = new Random(place.ordinal());
            int page = pick(folder, place, random);
            Set<Long> onPage = entriesOn(folder, page);
            try (Log log = open(folder)) {
                // In the middle of the page, where a leaf has nothing but records.
                flip(Database.file(folder), (page - 1L) * Database.PAGE_BYTES
                        + (place == Place.LEAF || place == Place.OVERFLOW ? 400 : place == Place.FREE ? 1 : 13), random);

                assertThat(log.inspect(done -> {})).as("%s", place).isPositive();
                assertThat(log.suspicion()).contains("an inspection found");
            }
            try (Log log = open(folder)) {
                check("found in " + place, log, folder, onPage);
                assertThat(log.inspect(done -> {})).isZero();
            }
        }
    }

    @Test
    void aWholePageOfNoiseCostsOnlyWhatWasOnIt() throws Exception {
        for (Place place : Place.values()) {
            Random random = new Random(77 + place.ordinal());
            Path folder = copy("noise-" + place);
            int page = pick(folder, place, random);
            Set<Long> onPage = entriesOn(folder, page);
            byte[] noise = new byte[Database.PAGE_BYTES];
            random.nextBytes(noise);
            try (RandomAccessFile file = new RandomAccessFile(Database.file(folder).toFile(), "rw")) {
                file.seek((page - 1L) * Database.PAGE_BYTES);
                file.write(noise);
            }
            Salvage.suspect(folder, "a test says so");

            try (Log log = open(folder)) {
                check("noise in " + place + " page=" + page, log, folder, onPage);
            }
        }
    }

    @Test
    void aTruncatedFileKeepsWhatIsBeforeTheCut() throws Exception {
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            Path folder = copy("cut-" + seed);
            long size = Files.size(Database.file(folder));
            long cut = size / 4 + random.nextLong(size / 2);
            Set<Long> beyond = new HashSet<>();
            for (int page = (int) (cut / Database.PAGE_BYTES) + 1; page <= size / Database.PAGE_BYTES; page++) {
                beyond.addAll(entriesOn(folder, page));
            }
            try (RandomAccessFile file = new RandomAccessFile(Database.file(folder).toFile(), "rw")) {
                file.setLength(cut);
            }

            try (Log log = open(folder)) {
                check("seed=" + seed + " cut at " + cut, log, folder, beyond);
                assertThat(notice(log).entries()).isPositive();
            }
        }
    }

    @Test
    void aFlippedBitInTheWriteAheadLogDoesNotCostTheCommitsAfterIt() throws Exception {
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            Path folder = liveCopy("wal-" + seed);
            Path wal = folder.resolve("log.db-wal");
            long frames = (Files.size(wal) - 32) / FRAME_BYTES;
            long frame = frames / 4 + random.nextLong(frames / 2);
            Set<Long> onPage = entriesOn(folder, pageOfFrame(wal, frame));
            flip(wal, 32 + frame * FRAME_BYTES + 24 + random.nextInt(Database.PAGE_BYTES), random);

            try (Log log = open(folder)) {
                check("seed=" + seed + " frame " + frame + " of " + frames, log, folder, onPage);
                assertThat(log.kept(Notice.OWNER)).containsKey(Notice.SALVAGED);
            }
        }
    }

    @Test
    void aTruncatedWriteAheadLogCostsItsEndAndIsNoticed() throws Exception {
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            Path folder = liveCopy("walcut-" + seed);
            Path wal = folder.resolve("log.db-wal");
            long cut = Files.size(wal) / 4 + random.nextLong(Files.size(wal) / 2);
            try (RandomAccessFile file = new RandomAccessFile(wal.toFile(), "rw")) {
                file.setLength(cut);
            }

            try (Log log = open(folder); LogReader reader = log.reader()) {
                List<Sequenced> found = reader.after(0, Integer.MAX_VALUE, Long.MAX_VALUE);
                assertThat(found).as("seed=%d", seed).isNotEmpty();
                assertThat(Ledger.read(folder).differences()).as("seed=%d", seed).isEmpty();
                assertThat(log.kept(Notice.OWNER)).as("seed=%d", seed).containsKey(Notice.SALVAGED);
            }
        }
    }

    @Test
    void whatACrashLeftInTheWriteAheadLogIsNoDamage() throws Exception {
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            Path folder = liveCopy("torn-" + seed);
            Path wal = folder.resolve("log.db-wal");
            // A transaction that was being written: frames of this log without an end.
            byte[] bytes = Files.readAllBytes(wal);
            byte[] torn = java.util.Arrays.copyOfRange(bytes, bytes.length - FRAME_BYTES, bytes.length - random.nextInt(Database.PAGE_BYTES - 1));
            torn[20] ^= 1;
            try (RandomAccessFile file = new RandomAccessFile(wal.toFile(), "rw")) {
                file.seek(file.length());
                file.write(torn);
            }

            try (Log log = open(folder)) {
                check("seed=" + seed, log, folder, Set.of());
                assertThat(log.kept(Notice.OWNER)).isEmpty();
            }
        }
    }

    /** Where the bit flips in a log whose stretches are sealed. */
    enum SealedPlace {
        CHUNK, DIRECTORY, SPAN, COVERAGE
    }

    @ParameterizedTest
    @EnumSource(SealedPlace.class)
    void aDamagedPageOfASealedLogCostsOnlyWhatWasOnIt(SealedPlace place) throws Exception {
        Path sealed = copy("sealed");
        long[] ticks = {0};
        LogSettings settings = new LogSettings(sealed, Long.MAX_VALUE, Durability.OFF)
                .with(new LogSettings.Sealing(java.time.Duration.ZERO, java.time.Duration.ZERO, 1, 3));
        try (Log log = Log.open(settings, () -> ticks[0] += 3_600_000_000_000L)) {
            fill(log, COMMITS + 1, COMMITS + 2000);
            SealingTest.awaitSealed(log);
        }
        Map<Integer, Long> before = Ledger.read(sealed).readings();
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            Path folder = copy(sealed, place + "-sealed-" + seed);
            int page = pickOf(folder, place.name().toLowerCase(java.util.Locale.ROOT), random);
            byte[] noise = new byte[Database.PAGE_BYTES];
            random.nextBytes(noise);
            try (RandomAccessFile file = new RandomAccessFile(Database.file(folder).toFile(), "rw")) {
                file.seek((page - 1L) * Database.PAGE_BYTES);
                file.write(noise);
            }
            Salvage.suspect(folder, "a test says so");

            try (Log log = open(folder)) {
                Ledger ledger = Ledger.read(folder);
                String description = place + " seed=" + seed + " page=" + page + " " + notice(log);
                assertThat(ledger.differences()).as(description).isEmpty();
                long lost = 0;
                for (int id : before.keySet()) {
                    Books.SeriesBook book = java.util.Objects.requireNonNull(ledger.books().series().get(id));
                    assertThat(ledger.readings().getOrDefault(id, 0L) + book.lost()).as(description)
                            .isEqualTo(before.get(id));
                    lost += book.lost();
                }
                // A row of chunks has at most some 4096 readings; the rest of the tables is made anew.
                assertThat(lost).as(description).isBetween(0L, place == SealedPlace.CHUNK ? 10_000L : 0L);
            }
        }
    }

    private static int pickOf(Path folder, String table, Random random) throws Exception {
        try (PageFile pages = PageFile.open(Database.file(folder))) {
            BitSet found = reached(pages, Catalog.find(pages, folder), table);
            found.clear(1);
            assertThat(found.isEmpty()).as(table).isFalse();
            int skip = random.nextInt(found.cardinality());
            int page = found.nextSetBit(0);
            for (int left = skip; left > 0; left--) {
                page = found.nextSetBit(page + 1);
            }
            return page;
        }
    }

    @Test
    void aSalvageThatIsCutOffIsDoneAgainOrFinished() throws Exception {
        Path folder = copy("again");
        Files.write(folder.resolve("log.db.salvaging"), new byte[100]);
        Salvage.suspect(folder, "a test says so");
        try (Log log = open(folder)) {
            check("begun anew", log, folder, Set.of());
        }
        // As if the power had gone between the two renames.
        Files.move(Database.file(folder), folder.resolve("log.db.salvaged"), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(folder.resolve("log.db-wal"));
        Files.deleteIfExists(folder.resolve("log.db-shm"));

        try (Log log = open(folder)) {
            check("finished", log, folder, Set.of());
        }
    }

    @Test
    void theDamagedFileGoesWhenBothPassTheQuota() throws Exception {
        Path folder = copy("quota");
        Salvage.suspect(folder, "a test says so");
        long size = Files.size(Database.file(folder));

        Log.open(new LogSettings(folder, size + size / 2, Durability.FULL), System::nanoTime).close();

        assertThat(damagedFiles(folder)).isEmpty();
    }

    private void check(String description, Log log, Path folder, Set<Long> mayBeMissing) throws Exception {
        Map<Long, Readings> found = new HashMap<>();
        try (LogReader reader = log.reader()) {
            for (Sequenced one : reader.after(0, Integer.MAX_VALUE, Long.MAX_VALUE)) {
                if (one.entry() instanceof Entry.Batch batch) {
                    assertThat(found.put(one.sequence(), batch.readings())).as(description).isNull();
                }
            }
        }
        Set<Long> missing = new HashSet<>(batches.keySet());
        missing.removeAll(found.keySet());
        missing.removeAll(mayBeMissing);
        assertThat(missing).as(description + ": missing although their page was whole").isEmpty();
        found.forEach((sequence, readings) ->
                assertThat(readings).as(description + " entry " + sequence).isEqualTo(batches.get(sequence)));
        assertThat(Ledger.read(folder).differences()).as(description).isEmpty();
    }

    private static Notice.Salvaged notice(Log log) {
        byte[] bytes = log.kept(Notice.OWNER).get(Notice.SALVAGED);
        assertThat(bytes).isNotNull();
        return Notice.Salvaged.of(bytes);
    }

    private static List<Path> damagedFiles(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var names = Files.newDirectoryStream(folder, "log.db.damaged-*")) {
            names.forEach(found::add);
        }
        return found;
    }

    /** The page of that kind which the seed chooses. */
    private static int pick(Path folder, Place place, Random random) throws Exception {
        try (PageFile pages = PageFile.open(Database.file(folder))) {
            Catalog catalog = Catalog.find(pages, folder);
            List<Integer> found = new ArrayList<>();
            BitSet entry = reached(pages, catalog, "entry");
            for (int number = 1; number <= pages.pages(); number++) {
                byte[] page = pages.page(number);
                if (page == null) {
                    continue;
                }
                boolean isIt = switch (place) {
                    case HEAD, SCHEMA -> number == 1;
                    case INTERIOR -> number > 1 && entry.get(number) && page[0] == 5;
                    case LEAF -> number > 1 && entry.get(number) && page[0] == 13;
                    case OVERFLOW -> number > 1 && entry.get(number) && page[0] == 0;
                    case INDEX -> reached(pages, catalog, "entry_kind").get(number) && number > 1;
                    case FREE -> number == freeTrunk(pages);
                    case SMALL_TABLE -> number == rootOf(catalog, "book")
                            || number == rootOf(catalog, "kept")
                            || number == rootOf(catalog, "cursor")
                            || number == rootOf(catalog, "meta");
                };
                if (isIt) {
                    found.add(number);
                }
            }
            assertThat(found).as("pages of kind %s", place).isNotEmpty();
            return found.get(random.nextInt(found.size()));
        }
    }

    private static int rootOf(Catalog catalog, String name) {
        return java.util.Objects.requireNonNull(catalog.trees().get(name)).root();
    }

    private static int freeTrunk(PageFile pages) throws IOException {
        byte[] head = pages.page(1);
        return head == null ? 0 : Bytes.intAt(head, 32);
    }

    private static BitSet reached(PageFile pages, Catalog catalog, String name) throws IOException {
        BitSet reached = new BitSet();
        TreeWalk walk = new TreeWalk(pages, done -> {});
        walk.walk(java.util.Objects.requireNonNull(catalog.trees().get(name)), cell -> {});
        for (int number = 1; number <= pages.pages(); number++) {
            if (walk.hasReached(number)) {
                reached.set(number);
            }
        }
        return reached;
    }

    /** Batches that a page holds, wholly or in part. */
    private static Set<Long> entriesOn(Path folder, int wanted) throws Exception {
        Set<Long> found = new HashSet<>();
        try (PageFile pages = PageFile.open(Database.file(folder))) {
            TreeWalk.Tree entries =
                    java.util.Objects.requireNonNull(Catalog.find(pages, folder).trees().get("entry"));
            new TreeWalk(pages, done -> {}).walkPages(entries, (key, used) -> {
                if (used.get(wanted)) {
                    found.add(key);
                }
            });
        }
        return found;
    }

    private static void flip(Path file, long at, Random random) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 1 << random.nextInt(8));
        }
    }

    private static int pageOfFrame(Path wal, long frame) throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        return ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN).getInt((int) (32 + frame * FRAME_BYTES));
    }

    private Path original() {
        return scratch.resolve("original");
    }

    private Path copy(String name) throws IOException {
        return copy(original(), name);
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = Files.createDirectories(scratch.resolve(name));
        try (var names = Files.newDirectoryStream(from)) {
            for (Path file : names) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    /** As kill -9 leaves it, with more commits that are in the write-ahead log alone. */
    private Path liveCopy(String name) throws Exception {
        Path live = copy(name + "-live");
        try (Log log = openFast(live)) {
            fill(log, COMMITS + 1, COMMITS + 120);
            return copy(live, name);
        }
    }

    private static Log open(Path folder) throws StoreFailed {
        return Log.open(new LogSettings(folder, Long.MAX_VALUE, Durability.FULL), System::nanoTime);
    }

    /** For what is only the beginning of a test. */
    private static Log openFast(Path folder) throws StoreFailed {
        return Log.open(new LogSettings(folder, Long.MAX_VALUE, Durability.OFF), System::nanoTime);
    }

    private void fill(Log log, int first, int last) throws InterruptedException {
        for (int number = first; number <= last; number++) {
            Random random = new Random(number);
            Readings.Builder readings = new Readings.Builder(100);
            int id = log.define("pen1/s" + number % SERIES, Words.same("s"), "1", 0).id();
            // Now and then text that needs overflow pages.
            int rows = number % 20 == 0 ? 5 : 1 + random.nextInt(60);
            for (int row = 0; row < rows; row++) {
                long time = (number * 1000L + row) * 1_000_000_000L;
                Value value = number % 20 == 0 ? new Value.Text(noise(random))
                        : new Value.Float64(random.nextDouble());
                readings.add(id, time, time, value, Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
            Readings built = readings.build();
            long before = log.cursor("uplink/hub/P3").position();
            long sequence = log.commit(new Commit(
                    List.of(new Entry.Batch(built, RandomEntries.CLOCK)),
                    List.of(new Change.SeriesCount(id, rows + 1, rows, 1),
                            new Change.SourceCount("mqtt", 2, 1, 1, 0),
                            new Change.Keep("owner", "key" + number % 30,
                                    ("value " + number).getBytes(StandardCharsets.UTF_8)))));
            batches.put(sequence, built);
            if (number % 10 == 0) {
                log.commit(new Commit(List.of(), List.of(
                        new Change.Advance("uplink/hub/P3", sequence, sequence + 1),
                        new Change.LaneCount("hub", "P3", sequence - before, 0, 0, 0, 0))));
                others.add(log.commit(new Commit(
                        List.of(new Entry.Audit("test", "number", "" + number, "", java.time.Instant.EPOCH)),
                        List.of())));
            }
        }
    }

    private static String noise(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = 2500; left > 0; left--) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }
}
