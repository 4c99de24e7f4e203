package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.store.FolderLock;
import suimon.store.Log;
import suimon.store.LogSettings;

final class DemoTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void aDemoRightAfterAnotherWaitsUntilThatHasLetGoOfItsFolder() throws Exception {
        Log held = Log.open(new LogSettings(folder, 1L << 28, Durability.NORMAL), System::nanoTime);
        assertThat(FolderLock.ownerOf(folder)).contains("process " + ProcessHandle.current().pid());
        Thread ending = Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(Duration.ofMillis(300));
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            held.close();
        });

        Demo.awaitFree("hub", folder);

        assertThat(FolderLock.ownerOf(folder)).isEmpty();
        ending.join();
    }

    @Test
    void aFolderThatIsNotThereYetIsFree() throws Exception {
        Demo.awaitFree("hub", folder.resolve("new"));

        assertThat(folder.resolve("new")).doesNotExist();
    }
}
