package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import suimon.config.DataConfig.Durability;

/** A log that an earlier Suimon wrote is brought up to date without losing anything. */
class MigrationTest {
    @TempDir
    Path folder;

    /** Every version before the present, and the present while it has no successor. */
    static IntStream versions() {
        return IntStream.rangeClosed(1, Math.max(1, Schema.version() - 1));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aLogOfAnEarlierVersionIsAllThereAndItsBooksBalance(int version) throws Exception {
        unpack(version);
        assertThat(versionOf(Database.file(folder))).isEqualTo(version);

        String summary = OldLog.summary(folder);

        assertThat(summary).isEqualTo(text(version));
        assertThat(versionOf(Database.file(folder))).isEqualTo(Schema.version());
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    /** Its batches were written before there were chunks; they go into chunks like any others. */
    @Test
    void theFirstVersionsLogIsAllThereWhenItWasSealed() throws Exception {
        unpack(1);
        LogSettings sealed = new LogSettings(folder, Long.MAX_VALUE, Durability.FULL)
                .with(new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 2));
        AtomicLong ticks = new AtomicLong();
        try (Log log = Log.open(sealed, () -> ticks.addAndGet(1_000_000_000L))) {
            long end = System.nanoTime() + 60_000_000_000L;
            while (log.stretches().stream().noneMatch(Span::isSealed)) {
                assertThat(System.nanoTime()).as("waited a minute").isLessThan(end);
                LockSupport.parkNanos(1_000_000);
            }
        }

        String summary = OldLog.summary(folder);

        assertThat(withoutMeans(summary)).isEqualTo(withoutMeans(text(1)));
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    /** Version 3 counted as removed what it thinned; that stays, and what is thinned since is told apart. */
    @Test
    void whatIsThinnedInALogOfTheThirdVersionIsToldApartFromThenOn() throws Exception {
        unpack(3);
        LogSettings settings = new LogSettings(folder, Long.MAX_VALUE, Durability.FULL);
        // Seven weeks after the log's end: a clock further ahead is not believed at once.
        Clock late = Clock.fixed(Instant.ofEpochSecond(1_794_300_000L), ZoneOffset.UTC);
        AtomicLong ticks = new AtomicLong();
        Books.SeriesBook before;
        try (Log log = Log.open(settings, () -> ticks.addAndGet(1_000_000_000L), late)) {
            before = log.books().readings();
            log.keep(new Ages(null, null, null, null, Set.of(), List.of(
                    new Ages.Thin(Duration.ofDays(30), Duration.ofMinutes(10)))));
            long end = System.nanoTime() + 60_000_000_000L;
            while (log.books().readings().thinned() == 0) {
                assertThat(System.nanoTime()).as("waited a minute").isLessThan(end);
                LockSupport.parkNanos(1_000_000);
            }
        }

        Ledger ledger = Ledger.read(folder);
        assertThat(before.removed()).isPositive();
        assertThat(before.thinned()).isZero();
        assertThat(ledger.differences()).isEmpty();
        assertThat(ledger.books().readings().removed()).isEqualTo(before.removed());
        assertThat(ledger.books().readings().thinned()).isPositive();
    }

    /** Roll-ups that are written anew have the sums of the decimals, which may differ in the last digit. */
    private static String withoutMeans(String summary) {
        return summary.replaceAll(" buckets \\d+", "");
    }

    private void unpack(int version) throws Exception {
        try (InputStream from = new GZIPInputStream(resource("version-" + version + ".db.gz"))) {
            Files.copy(from, Database.file(folder));
        }
    }

    private static String text(int version) throws Exception {
        try (InputStream from = resource("version-" + version + ".txt")) {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(MigrationTest.class.getResourceAsStream(name),
                name + " is missing: write it with OldLog before Schema gets its next step");
    }

    private static long versionOf(Path file) throws Exception {
        try (Connection connection = Database.openAlone(file);
                Statement statement = connection.createStatement()) {
            return Database.single(statement, "PRAGMA user_version");
        }
    }
}
