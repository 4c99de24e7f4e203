package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
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
 * One flipped bit in a page of a sealed log, chosen by what the page is: of a row of chunks that row's readings may
 * be lost and are booked as such, of a page that only finds things nothing is.
 */
final class SealedPageTest {
    private static final int ROUNDS = 4;
    private static final int SERIES = 3;
    private static final int BATCHES = 1_200;
    /** Sealed at once, and in stretches enough that something is left to merge. */
    private static final LogSettings.Sealing UNMERGED =
            new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 1_000);
    private static final int LEAF = 13;
    private static final int INTERIOR = 5;
    private static final int INDEX_LEAF = 10;

    @TempDir
    Path scratch;

    private final Map<Place, Double> written = new HashMap<>();

    private record Place(int series, long time) {}

    /** What the page with the flipped bit is. */
    enum Kind {
        CHUNK_LEAF("chunk", LEAF), CHUNK_OVERFLOW("chunk", 0), CHUNK_INTERIOR("chunk", INTERIOR),
        DIRECTORY("directory", INDEX_LEAF), INDEX("entry_kind", INDEX_LEAF);

        final String tree;
        final int type;

        Kind(String tree, int type) {
            this.tree = tree;
            this.type = type;
        }

        boolean holdsReadings() {
            return this == CHUNK_LEAF || this == CHUNK_OVERFLOW;
        }
    }

    @BeforeEach
    void writeAndSeal() throws Exception {
        AtomicLong ticks = new AtomicLong();
        Random random = new Random(5);
        try (Log log = Log.open(new LogSettings(original(), Long.MAX_VALUE, Durability.OFF).with(UNMERGED),
                () -> ticks.addAndGet(3_600_000_000_000L))) {
            for (int number = 0; number < BATCHES; number++) {
                int id = log.define("pen1/s" + number % SERIES, Words.same("s"), "1", 0).id();
                Readings.Builder rows = new Readings.Builder(30);
                for (int row = 0; row < 30; row++) {
                    long time = (number * 1000L + row) * 1_000_000_000L;
                    double value = random.nextDouble();
                    rows.add(id, time, time, new Value.Float64(value), Grade.GOOD, 0, TimeOrigin.SOURCE);
                    written.put(new Place(id, time), value);
                }
                log.commit(new Commit(List.of(new Entry.Batch(rows.build(), RandomEntries.CLOCK)),
                        List.of(new Change.SeriesCount(id, 30, 30, 0))));
                if (number % 3 == 0) {
                    log.commit(new Commit(List.of(
                            new Entry.Audit("test", "number", "" + number, "", java.time.Instant.EPOCH)), List.of()));
                }
            }
            SealingTest.awaitSealed(log);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFlippedBitCostsOnlyWhatIsOnItsPageAndIsBooked(Kind kind) throws Exception {
        List<Integer> pages = pagesOf(kind);
        assertThat(pages).as("pages of a %s", kind).isNotEmpty();
        int lostRounds = 0;
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed * 100L + kind.ordinal());
            int page = pages.get(random.nextInt(pages.size()));
            Set<Place> onPage = kind.holdsReadings() ? readingsOn(page) : Set.of();
            Path folder = Files.createDirectory(scratch.resolve(kind + "-" + seed));
            Files.copy(Database.file(original()), Database.file(folder));
            // The first four bytes of an overflow page name the next one; cells of the others lie at their ends.
            int at = kind == Kind.CHUNK_OVERFLOW ? 4 + random.nextInt(100)
                    : Database.PAGE_BYTES - 1 - random.nextInt(20);
            flip(Database.file(folder), (page - 1L) * Database.PAGE_BYTES + at, random);
            Salvage.suspect(folder, "a test says so");

            int lost = check(folder, onPage, kind + " seed=" + seed + " page=" + page + " byte=" + at);
            if (lost > 0 && ++lostRounds == 1) {
                mergeAndRemove(folder, kind + " seed=" + seed);
            }
        }

        if (kind.holdsReadings()) {
            assertThat(lostRounds).as("rounds in which a flipped bit in %s was noticed", kind).isPositive();
        } else {
            assertThat(lostRounds).as("rounds in which a flipped bit in %s cost readings", kind).isZero();
        }
    }

    /** Opens the log, which salvages it; returns how many readings are lost. */
    private int check(Path folder, Set<Place> mayBeLost, String where) throws Exception {
        Map<Place, Double> left = new HashMap<>(written);
        Map<Integer, Long> missing = new HashMap<>();
        try (Log log = Log.open(new LogSettings(folder, Long.MAX_VALUE, Durability.OFF).with(UNMERGED),
                System::nanoTime); LogReader reader = log.reader()) {
            for (int id = 1; id <= SERIES; id++) {
                reader.visit(id, Long.MIN_VALUE, Long.MAX_VALUE, (sequence, readings, row) -> {
                    Place place = new Place(readings.series(row), readings.measured(row));
                    assertThat(left.remove(place)).as("%s: %s, there once as it was written", where, place)
                            .isEqualTo(readings.asDouble(row));
                    return true;
                });
            }
            assertThat(mayBeLost).as("%s: lost although it was on another page", where).containsAll(left.keySet());
            left.keySet().forEach(place -> missing.merge(place.series(), 1L, Long::sum));
            log.books().series().forEach((id, book) -> assertThat(book.lost()).as("%s: series %d %s", where, id, book)
                    .isEqualTo(missing.getOrDefault(id, 0L)));
        }
        assertThat(Ledger.read(folder).differences()).as(where).isEmpty();
        return left.size();
    }

    /** What is rewritten or removed later is counted by what is there, not by what once was. */
    private void mergeAndRemove(Path folder, String where) throws Exception {
        Path removed = Files.createDirectory(scratch.resolve(folder.getFileName() + "-removed"));
        Files.copy(Database.file(folder), Database.file(removed));
        AtomicLong ticks = new AtomicLong();
        LogSettings settings = new LogSettings(folder, Long.MAX_VALUE, Durability.OFF)
                .with(new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 4));
        try (Log log = Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L))) {
            // Four become one; how many were sealed before that, so whether one is left over, the clock decides.
            SealingTest.await(() -> log.stretches().size() <= 2, log);
        }
        assertThat(Ledger.read(folder).differences()).as("%s: merged", where).isEmpty();

        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofDays(40));
        try (Log log = Log.open(new LogSettings(removed, Long.MAX_VALUE, Durability.OFF).with(UNMERGED),
                System::nanoTime, late)) {
            log.keep(new Ages(Duration.ofDays(1), null, null, null, Set.of()));
            SealingTest.await(() -> isRemoved(log), log);
        }
        assertThat(Ledger.read(removed).differences()).as("%s: removed", where).isEmpty();
    }

    /** A commit makes the log look for what is old. */
    private static boolean isRemoved(Log log) {
        try {
            log.commit(new Commit(List.of(), List.of()));
            return log.stretches().stream().noneMatch(Span::isSealed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private List<Integer> pagesOf(Kind kind) throws Exception {
        List<Integer> found = new ArrayList<>();
        try (PageFile pages = PageFile.open(Database.file(original()))) {
            TreeWalk walk = new TreeWalk(pages, done -> {});
            assertThat(walk.walk(tree(pages, kind.tree), cell -> {})).isTrue();
            for (int number = 2; number <= pages.pages(); number++) {
                byte[] page = pages.page(number);
                if (page != null && walk.hasReached(number) && page[0] == kind.type) {
                    found.add(number);
                }
            }
        }
        return found;
    }

    /** The readings of the rows of chunks that lie on a page, wholly or in part. */
    private Set<Place> readingsOn(int wanted) throws Exception {
        List<Long> ids = new ArrayList<>();
        try (PageFile pages = PageFile.open(Database.file(original()))) {
            new TreeWalk(pages, done -> {}).walkPages(tree(pages, "chunk"), (key, used) -> {
                if (used.get(wanted)) {
                    ids.add(key);
                }
            });
        }
        Set<Place> found = new HashSet<>();
        ChunkCodec codec = new ChunkCodec();
        try (Connection connection = Database.openReader(original());
                var query = connection.prepareStatement("SELECT payload FROM chunk WHERE id = ?")) {
            for (long id : ids) {
                query.setLong(1, id);
                try (var row = query.executeQuery()) {
                    row.next();
                    ChunkRow chunks = ChunkRow.of(row.getBytes(1));
                    for (int index = 0; index < chunks.size(); index++) {
                        Readings readings = chunks.read(index, codec);
                        for (int each = 0; each < readings.size(); each++) {
                            found.add(new Place(readings.series(each), readings.measured(each)));
                        }
                    }
                }
            }
        }
        return found;
    }

    private TreeWalk.Tree tree(PageFile pages, String name) throws Exception {
        return Objects.requireNonNull(Catalog.find(pages, original()).trees().get(name));
    }

    private static void flip(Path file, long at, Random random) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 1 << random.nextInt(8));
        }
    }

    private Path original() {
        return scratch.resolve("original");
    }
}
