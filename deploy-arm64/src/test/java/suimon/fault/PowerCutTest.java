package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shim takes back of files and folders, call by call. */
final class PowerCutTest {
    @TempDir
    Path scratch;

    @Test
    void theMeanestCutTakesBackEverythingThatWasNotSynced() throws Exception {
        Path folder = cut("lost");

        assertThat(folder.resolve("overwritten")).hasContent("overwritten as before");
        assertThat(folder.resolve("grown")).hasContent("grown as before");
        assertThat(folder.resolve("shrunk")).hasContent("shrunk as before");
        assertThat(folder.resolve("replaced")).hasContent("replaced as before");
        assertThat(folder.resolve("deleted")).hasContent("deleted as before");
        assertThat(folder.resolve("direct")).hasContent("DIRECT as before");
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(folder.resolve("temporary")).doesNotExist();
        assertThat(folder.resolve("inner/safe")).hasContent("safe");
    }

    @Test
    void aCutAfterWhichTheDiskKeptEverythingIsAKill() throws Exception {
        Path folder = cut("none");

        assertThat(folder.resolve("overwritten")).hasContent("LASTWRITTEN as before");
        assertThat(folder.resolve("grown")).hasContent("grown as before and more");
        assertThat(folder.resolve("shrunk")).hasContent("shr");
        assertThat(folder.resolve("replaced")).hasContent("replacement");
        assertThat(folder.resolve("deleted")).doesNotExist();
        assertThat(folder.resolve("new")).hasContent("new");
    }

    private Path cut(String mode) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve(mode));
        Path arm = scratch.resolve(mode + ".arm");
        PowerCut cut = PowerCut.between(folder, scratch.resolve(mode + ".report"), 1, 1, 1)
                .with("POWERCUT_ARM", arm.toString()).with("POWERCUT_MODE", mode);
        try (Child child =
                Child.of(FileSubject.class).arguments(folder, arm).environment(cut.environment()).now()) {
            child.awaitEnd(Duration.ofSeconds(60));
            assertThat(cut.hasHappened()).as(child.output()).isTrue();
        }
        return folder;
    }
}
