package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import suimon.fault.PhaseSubject.Phase;
import suimon.store.Backup;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Restore;
import suimon.store.StoreFailed;

/**
 * kill -9 and power cuts while the log is sealed, thinned, cut down by its quota, brought up to date or backed
 * up: what was acknowledged is there once, the books balance, and a finished backup is whole.
 */
final class PhaseFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 20;
    private static final int ROUNDS_LONG = 200;
    private static final int CANARY_ROUNDS_MAX = 20;
    /** On one folder: recovery of a recovered log counts too. */
    private static final int ROUNDS_IN_A_ROW = 10;
    private static final int ROWS_OF_VERSION_1 = 6_408;
    private static final int VERSION = 4;

    @TempDir
    Path scratch;

    private long acknowledged;
    private long thinned;
    private Duration coarsest = PhaseSubject.COARSEST;
    private int firstEvent = 1;
    private Map<String, String> shim = Map.of();

    @ParameterizedTest
    @EnumSource(Phase.class)
    void acknowledgedReadingsSurviveInEveryPhase(Phase phase) throws Exception {
        run(phase, 1, ROUNDS);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    @Tag("long")
    void acknowledgedReadingsSurviveInEveryPhaseManyTimes(Phase phase) throws Exception {
        run(phase, 1_001, 1_000 + ROUNDS_LONG);
    }

    /**
     * The canary: were a barrier missing, the same cuts would show it. What is lost of a migration before
     * its end is made again by the next start, so that its cut comes soon after its end.
     */
    @ParameterizedTest
    @EnumSource(Phase.class)
    void onADiskThatIgnoresSyncsTheSameCutsLoseWhatWasFinished(Phase phase) throws Exception {
        shim = Map.of("POWERCUT_LYING", "1");
        firstEvent = phase == Phase.MIGRATION ? 400 : 1;
        boolean isLost = false;
        for (int seed = 1; seed <= CANARY_ROUNDS_MAX && !isLost; seed++) {
            acknowledged = 0;
            Path folder = scratch.resolve("lying" + seed);
            if (phase == Phase.MIGRATION) {
                oldSite(folder);
            }
            List<String> said = cut(phase, folder, seed);
            said.forEach(this::note);
            boolean isFinished = phase == Phase.MIGRATION ? said.contains("open") : acknowledged > 0;
            try {
                Path copy = Copies.of(folder.resolve("data"), scratch.resolve("copy" + seed));
                if (phase == Phase.MIGRATION) {
                    checkMigrated(Copies.of(folder.resolve("data"), scratch.resolve("version" + seed)), said,
                            "lying");
                }
                check(phase, copy, phase + " lying");
            } catch (AssertionError | StoreFailed | IOException | SQLException lost) {
                isLost = isFinished;
            }
        }

        assertThat(isLost).isTrue();
    }

    /** The canary of thinning: where it is coarser than was asked for, the check misses readings. */
    @Test
    void readingsThatThinningMustKeepAreMissedWhereItIsCoarser() throws Exception {
        coarsest = PhaseSubject.COARSEST.multipliedBy(10);
        Path folder = scratch.resolve("coarser");
        String missed = "";
        for (int seed = 1; seed <= CANARY_ROUNDS_MAX && missed.isEmpty(); seed++) {
            kill(Phase.THINNING, folder, new Random(seed)).forEach(this::note);
            Path copy = Copies.of(folder.resolve("data"), scratch.resolve("copy" + seed));
            try {
                check(Phase.THINNING, copy, "coarser seed=" + seed);
            } catch (AssertionError found) {
                missed = String.valueOf(found.getMessage());
            }
        }

        assertThat(missed).contains("thinning keeps these rows");
    }

    private void run(Phase phase, int firstSeed, int lastSeed) throws Exception {
        Path folder = scratch.resolve("site");
        int thinningRounds = 0;
        for (int seed = firstSeed; seed <= lastSeed; seed++) {
            String description = phase + " seed=" + seed;
            if (phase == Phase.MIGRATION) {
                acknowledged = 0;
                folder = oldSite(scratch.resolve("site" + seed));
            } else if ((seed - firstSeed) % ROUNDS_IN_A_ROW == 0) {
                acknowledged = 0;
                thinned = 0;
                folder = scratch.resolve("site" + seed);
            }
            List<String> said = seed % 2 == 1
                    ? cut(phase, folder, seed) : kill(phase, folder, new Random(seed));
            said.forEach(this::note);
            long thinnedBefore = thinned;
            description += " acknowledged=" + acknowledged + "\n" + String.join("\n", tail(said));
            assertThat(said).as(description).noneMatch(line -> line.startsWith("failed"));
            Path copy = Copies.of(folder.resolve("data"), scratch.resolve("copy" + seed));
            if (phase == Phase.MIGRATION) {
                checkMigrated(Copies.of(folder.resolve("data"), scratch.resolve("version" + seed)), said, description);
            }
            check(phase, copy, description);
            thinningRounds += thinned > thinnedBefore ? 1 : 0;
            if (phase == Phase.BACKUP) {
                checkBackups(folder.resolve("backups"), said, description);
            }
        }
        assertThat(thinningRounds).as("rounds in which %s thinned", phase)
                .isGreaterThanOrEqualTo(phase == Phase.THINNING ? ROUNDS / 4 : 0);
        // A migration that is cut off each time acknowledges nothing; its old readings are what counts.
        assertThat(phase == Phase.MIGRATION || acknowledged > 0).as("%s acknowledged nothing", phase).isTrue();
    }

    private List<String> cut(Phase phase, Path folder, int seed) throws Exception {
        int lastEvent = switch (phase) {
            case MIGRATION -> firstEvent == 1 ? 120 : 2 * firstEvent;
            case SEALING, THINNING, RETENTION, BACKUP -> 6_000;
        };
        PowerCut cut = PowerCut.between(folder, scratch.resolve(seed + ".report"), seed, firstEvent, lastEvent);
        for (Map.Entry<String, String> setting : shim.entrySet()) {
            cut = cut.with(setting.getKey(), setting.getValue());
        }
        try (Child child = start(phase, folder, cut.environment())) {
            child.awaitEnd(PATIENCE);
            assertThat(cut.hasHappened()).as("%s seed=%d%n%s%n%s", phase, seed, cut.reportLines(),
                    child.output()).isTrue();
            return child.lines();
        }
    }

    private List<String> kill(Phase phase, Path folder, Random random) throws Exception {
        Files.createDirectories(folder);
        try (Child child = start(phase, folder, Map.of())) {
            if (phase != Phase.MIGRATION) {
                awaitLines(child, 100 + random.nextInt(2_000));
            } else {
                LockSupport.parkNanos(200_000_000L + random.nextInt(400_000_000));
            }
            child.kill();
            return child.lines();
        }
    }

    private Child start(Phase phase, Path folder, Map<String, String> environment) throws IOException {
        return Child.of(PhaseSubject.class).arguments(folder, phase, coarsest).options("-Xmx96m")
                .environment(environment).now();
    }

    private static void awaitLines(Child child, int lines) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (child.lines().size() < lines) {
            assertThat(child.isAlive() && System.nanoTime() < end).as(child.output()).isTrue();
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void note(String line) {
        if (line.startsWith("acknowledged ")) {
            acknowledged = Math.max(acknowledged, Long.parseLong(line.substring("acknowledged ".length())));
        }
    }

    private static List<String> tail(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 20), lines.size());
    }

    /** Whoever has opened the log has brought it up to date; that stays. Takes a copy of its own. */
    private static void checkMigrated(Path copy, List<String> said, String description)
            throws SQLException, IOException {
        if (!said.contains("open")) {
            return;
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve("log.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
            assertThat(rows.next() ? rows.getInt(1) : 0).as(description + ": version").isEqualTo(VERSION);
        }
        Copies.remove(copy);
    }

    /** The readings are those of an unbroken run of commits that ends with the newest kept. */
    private void check(Phase phase, Path copy, String description) throws Exception {
        // With room enough, or retention would go on while one series is read after the other.
        LogSettings roomy = phase == Phase.RETENTION ? Phase.BACKUP.settings(copy) : phase.settings(copy);
        try (Log log = Log.open(roomy, System::nanoTime); LogReader reader = log.reader()) {
            long newest = LogSubject.newest(log);
            assertThat(newest).as(description).isGreaterThanOrEqualTo(acknowledged);
            assertThat(log.kept("store")).as(description + ": taken for damage").isEmpty();
            CommitRows found = CommitRows.read(log, reader, description);
            if (phase == Phase.THINNING) {
                found.checkThinned(PhaseSubject.COARSEST, newest, log);
                thinned = log.books().readings().thinned();
            } else {
                found.checkWhole(phase == Phase.RETENTION ? found.oldest() : 1, newest);
            }
            long old = log.allSeries().stream().filter(series -> !LogSubject.isOne(series))
                    .mapToLong(series -> log.storedReadings(series.id())).sum();
            assertThat(old).as(description).isEqualTo(phase == Phase.MIGRATION ? ROWS_OF_VERSION_1 : 0);
        }
        assertThat(Ledger.read(copy).differences()).as(description).isEmpty();
        Copies.remove(copy);
    }

    /** What said that it was finished is whole, and nothing unfinished has a backup's name. */
    private void checkBackups(Path backups, List<String> said, String description) throws Exception {
        if (Files.notExists(backups)) {
            return;
        }
        List<Path> found = new ArrayList<>();
        try (var names = Files.newDirectoryStream(backups)) {
            names.forEach(found::add);
        }
        for (String line : said) {
            if (line.startsWith("backup ")) {
                assertThat(backups.resolve(line.substring("backup ".length()))).as(description).exists();
            }
        }
        Backup.Progress quiet = (doing, done, all) -> {};
        for (Path backup : found) {
            if (!backup.toString().endsWith(".part")) {
                Path into = scratch.resolve("restored");
                Restore.into(backup, into, quiet);
                assertThat(Ledger.read(into).differences()).as(description + " " + backup).isEmpty();
                Copies.remove(into);
            }
            Copies.remove(backup);
        }
    }

    /** A folder with a log that version 1 wrote. */
    private static Path oldSite(Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (InputStream packed = Objects.requireNonNull(
                PhaseFaultTest.class.getResourceAsStream("/suimon/store/version-1.db.gz"))) {
            Files.copy(new GZIPInputStream(packed), data.resolve("log.db"));
        }
        return folder;
    }
}
