package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shim itself under test: SQLite with synchronous=FULL keeps every commit that returned through
 * power cuts, without it does not. Were the shim to take back too much the first test would fail,
 * were it to take back too little one of the others.
 */
final class SqlitePowerCutTest {
    /** Cuts in a row on one database: recovery of a recovered database counts too. */
    private static final int CUTS_IN_A_ROW = 10;
    private static final int LAST_EVENT = 400;

    @TempDir
    Path scratch;

    /** Over all rounds on the same database: the newest number acknowledged, the newest found. */
    private long acknowledged;
    private long found;

    @Test
    void fullLosesNothingInAHundredCuts() throws Exception {
        int taken = 0;
        for (int seed = 1; seed <= 100; seed++) {
            Round round = round("FULL", seed);
            taken += round.hasTakenBack() ? 1 : 0;

            assertThat(round.verdict()).as(round.description()).isEmpty();
        }
        assertThat(taken).as("rounds in which something was taken back").isGreaterThan(60);
    }

    @Test
    void normalLosesTheLastCommits() throws Exception {
        assertThat(roundsWithLoss("NORMAL")).isPositive();
    }

    @Test
    void offLosesCommits() throws Exception {
        assertThat(roundsWithLoss("OFF")).isPositive();
    }

    private int roundsWithLoss(String synchronous) throws Exception {
        int losses = 0;
        for (int seed = 1; seed <= CUTS_IN_A_ROW && losses == 0; seed++) {
            losses += round(synchronous, seed).verdict().isEmpty() ? 0 : 1;
        }
        return losses;
    }

    /** @param verdict what is wrong with the database; empty when nothing */
    private record Round(String description, boolean hasTakenBack, String verdict) {}

    private Round round(String synchronous, int seed) throws Exception {
        Path folder = scratch.resolve(synchronous + (seed - 1) / CUTS_IN_A_ROW);
        Path report = scratch.resolve(synchronous + seed + ".report");
        PowerCut cut = PowerCut.between(folder, report, seed, 1, LAST_EVENT)
                .with("POWERCUT_SYNC_MICROS", "300");
        boolean isFirst = (seed - 1) % CUTS_IN_A_ROW == 0;
        acknowledged = isFirst ? 0 : acknowledged;
        found = isFirst ? 0 : found;
        String said;
        try (Child child = Child.of(SqliteSubject.class)
                .arguments(folder.resolve("rows.db"), synchronous)
                .options("-Xmx64m").environment(cut.environment()).now()) {
            child.awaitEnd(Duration.ofSeconds(60));
            said = child.output();
            acknowledged = child.lines().stream().filter(line -> line.matches("[0-9]+"))
                    .mapToLong(Long::parseLong).reduce(acknowledged, Math::max);
        }
        String description = "seed=%d synchronous=%s acknowledged=%d%n%s%n%s".formatted(
                seed, synchronous, acknowledged, String.join("\n", cut.reportLines()), said);
        assertThat(cut.hasHappened()).as(description).isTrue();
        return new Round(description, cut.hasTakenBack(), verdict(copied(folder, seed)));
    }

    /** Looks at a copy: opening would recover the database, the next cut shall find it as it is. */
    private Path copied(Path folder, int seed) throws IOException {
        return Copies.of(folder, scratch.resolve("copy-" + folder.getFileName() + seed))
                .resolve("rows.db");
    }

    private String verdict(Path database) {
        if (acknowledged == 0 && Files.notExists(database)) {
            return "";
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
                if (!check.next() || !check.getString(1).equals("ok")) {
                    return "integrity_check: " + check.getString(1);
                }
            }
            if (acknowledged == 0) {
                return "";
            }
            long newest = SqliteSubject.newest(statement);
            long limit = Math.max(acknowledged, found) + 1;
            if (newest < acknowledged || newest > limit) {
                return "acknowledged " + acknowledged + ", found " + newest + ", at most " + limit;
            }
            found = newest;
            return missing(statement, newest);
        } catch (SQLException broken) {
            return broken.toString();
        }
    }

    private static String missing(Statement statement, long newest) throws SQLException {
        long expected = Math.max(1, newest - SqliteSubject.ROWS_KEPT + 1);
        try (ResultSet rows =
                statement.executeQuery("SELECT number, content FROM row ORDER BY number")) {
            while (rows.next()) {
                long number = rows.getLong(1);
                byte[] content = SqliteSubject.content(number);
                if (number != expected || !Arrays.equals(rows.getBytes(2), content)) {
                    return "row " + expected + " is missing or not as written, found " + number;
                }
                expected++;
            }
        }
        return expected == newest + 1 ? "" : "rows end before " + expected + " of " + newest;
    }
}
