package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
