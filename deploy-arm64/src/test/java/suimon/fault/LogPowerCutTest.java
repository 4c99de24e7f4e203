package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.store.Books;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/** The log loses nothing it said was on disk, at whatever instant the power goes. */
final class LogPowerCutTest {
    private static final int CUTS_IN_A_ROW = 8;
    private static final int LAST_EVENT = 500;
    /** One round of each row runs long, so that what the log does only now and then is under the cut. */
    private static final int LAST_EVENT_LONG = 12_000;
    private static final int CANARY_ROUNDS_MAX = 20;

    @TempDir
    Path scratch;

    /** Over all rounds on the same folder: number to sequence as acknowledged; newest found. */
    private final Map<Long, Long> acknowledged = new HashMap<>();
    private long newestFound;

    @Test
    void aPowerCutLosesNothingThatWasAcknowledged() throws Exception {
        int taken = cutAndCheck(1, 32);

        assertThat(taken).as("rounds in which something was taken back").isGreaterThan(16);
    }

    @Test
    @Tag("long")
    void fiveHundredPowerCutsLoseNothingThatWasAcknowledged() throws Exception {
        int taken = cutAndCheck(1_000, 1_500);

        assertThat(taken).as("rounds in which something was taken back").isGreaterThan(250);
    }

    @Test
    void withoutSynchronousTheSameCutsLoseAcknowledgedEntries() throws Exception {
        int losses = 0;
        for (int seed = 1; seed <= CANARY_ROUNDS_MAX && losses == 0; seed++) {
            losses += round("off", seed).verdict().isEmpty() ? 0 : 1;
        }

        assertThat(losses).isPositive();
    }

    private int cutAndCheck(int firstSeed, int lastSeed) throws Exception {
        int taken = 0;
        for (int seed = firstSeed; seed <= lastSeed; seed++) {
            Round round = round("full", seed);
            taken += round.hasTakenBack() ? 1 : 0;

            assertThat(round.verdict()).as(round.description()).isEmpty();
        }
        return taken;
    }

    /** @param verdict what is wrong with the log; empty when nothing */
    private record Round(String description, boolean hasTakenBack, String verdict) {}

    private Round round(String durability, int seed) throws Exception {
        if (seed % CUTS_IN_A_ROW == 1) {
            acknowledged.clear();
            newestFound = 0;
        }
        Path folder = scratch.resolve(durability + (seed - 1) / CUTS_IN_A_ROW);
        PowerCut cut = PowerCut.between(folder, scratch.resolve(durability + seed + ".report"),
                seed, 1, seed % CUTS_IN_A_ROW == 4 ? LAST_EVENT_LONG : LAST_EVENT)
                .with("POWERCUT_SYNC_MICROS", "1000");
        String said;
        try (Child child = Child.of(LogSubject.class).arguments(folder, durability)
                .options("-Xmx96m").environment(cut.environment()).now()) {
            child.awaitEnd(Duration.ofSeconds(60));
            said = child.output();
            child.lines().forEach(this::note);
        }
        String description = "seed=%d durability=%s acknowledged=%d%n%s%n%s".formatted(seed, durability,
                acknowledged.size(), String.join("\n", cut.reportLines()), said);
        assertThat(cut.hasHappened()).as(description).isTrue();
        Path copy = Copies.of(folder, scratch.resolve("copy-" + durability + seed));
        String verdict = verdict(copy);
        Copies.remove(copy);
        return new Round(description, cut.hasTakenBack(), verdict);
    }

    private void note(String line) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[0].equals("acknowledged")) {
            acknowledged.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    private String verdict(Path folder) throws InterruptedException {
        if (acknowledged.isEmpty() && Files.notExists(folder)) {
            return "";
        }
        LogSettings settings = new LogSettings(folder, LogSubject.QUOTA_BYTES, Durability.FULL);
        try (Log log = Log.open(settings, System::nanoTime);
                LogReader reader = log.reader()) {
            return compare(log, reader.after(0, Integer.MAX_VALUE, Long.MAX_VALUE));
        } catch (StoreFailed broken) {
            return broken.toString();
        }
    }

    private String compare(Log log, List<Sequenced> entries) {
        Map<Long, Long> found = new HashMap<>();
        long expectedSequence = 1;
        long number = 0;
        for (Sequenced sequenced : entries) {
            if (sequenced.sequence() != expectedSequence++) {
                return "a hole in the sequence before " + sequenced.sequence();
            }
            if (sequenced.entry() instanceof Entry.Batch batch) {
                number++;
                if (!batch.readings().equals(LogSubject.readings(LogSubject.series(log, number), number))) {
                    return "commit " + number + " is not what was submitted: " + batch.readings();
                }
                found.put(number, sequenced.sequence());
            }
        }
        for (var entry : acknowledged.entrySet()) {
            if (!entry.getValue().equals(found.get(entry.getKey()))) {
                return "acknowledged " + entry + ", found " + found.get(entry.getKey());
            }
        }
        if (LogSubject.newest(log) != number || number < newestFound) {
            return "found " + number + " commits, kept " + LogSubject.newest(log);
        }
        newestFound = number;
        return log.damaged() > 0 ? log.damaged() + " damaged entries" : booksAgainst(log.books(), number);
    }

    private static String booksAgainst(Books books, long commits) {
        long rows = 0;
        for (long number = 1; number <= commits; number++) {
            rows += LogSubject.rows(number);
        }
        long stored = books.series().values().stream().mapToLong(Books.SeriesBook::stored).sum();
        boolean isBalanced = books.series().values().stream().allMatch(Books.SeriesBook::balanced)
                && books.sources().values().stream().allMatch(Books.SourceBook::balanced);
        var source = books.sources().get(LogSubject.OWNER);
        long received = source == null ? 0 : source.received();
        return isBalanced && stored == rows && received == commits
                ? "" : "commits " + commits + ", rows " + rows + ", but the books say " + books;
    }
}
