package suimon.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the real series lie, if they are at hand. */
final class NerrsFolder {
    static final String STATION = "apacpwq.csv.gz";

    private NerrsFolder() {}

    /** The folder, or the test is skipped with a reason. */
    static Path orSkip() {
        @Nullable String given = System.getProperty("SUIMON_DATA", System.getenv("SUIMON_DATA"));
        Path root = given == null || given.isBlank() ? Path.of("../../shared/data") : Path.of(given);
        Optional<Path> found = Stream.of(root, root.resolve("do_nerrs_apalachicola"))
                .filter(folder -> Files.isRegularFile(folder.resolve(STATION))).findFirst();
        assumeTrue(found.isPresent(), "skipped: no " + STATION + "; give the folder"
                + " do_nerrs_apalachicola, or the one it lies in, as SUIMON_DATA");
        return found.orElseThrow();
    }
}
