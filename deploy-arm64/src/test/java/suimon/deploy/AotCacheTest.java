package suimon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script of the installed units that makes the AOT cache, and puts it aside when in doubt. */
class AotCacheTest {
    private static final Path SCRIPT = Path.of("src/deb/program/aot-cache").toAbsolutePath();
    private static final Duration TRAINING_PATIENCE = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"killed,SEGV", "killed,BUS", "killed,ABRT", "dumped,SEGV"})
    void aCrashInMachineCodePutsTheCacheAside(String code, String status) throws Exception {
        Path cache = Files.writeString(folder.resolve("b.aot"), "cache");

        call(Map.of("EXIT_CODE", code, "EXIT_STATUS", status), "after-exit", cache);

        assertThat(cache).doesNotExist();
        assertThat(folder.resolve("b.refused")).hasContent("cache");
    }

    @ParameterizedTest
    @CsvSource({"exited,0", "exited,1", "exited,143", "killed,TERM", "killed,KILL"})
    void anyOtherEndSaysNothingAboutTheCache(String code, String status) throws Exception {
        Path cache = Files.writeString(folder.resolve("b.aot"), "cache");

        call(Map.of("EXIT_CODE", code, "EXIT_STATUS", status), "after-exit", cache);

        assertThat(cache).hasContent("cache");
    }

    @Test
    void afterThreeTriesTheBoxGoesOnWithout() throws Exception {
        Path cache = folder.resolve("b.aot");
        Files.writeString(folder.resolve("b.aot.tries"), "3");

        String output = call(Map.of(), "make", cache);

        assertThat(output).contains("given up after 3 tries");
        assertThat(folder.resolve("b.refused")).exists();
        assertThat(cache).doesNotExist();
    }

    /** Some minutes under emulation: a campaign. */
    @Test
    @Tag("long")
    void aKilledTrainingLeavesNoCacheAndTheNextMakesOneThatIsUsed() throws Exception {
        ArmBox box = ArmBox.unpack(Path.of("target/aot").toAbsolutePath());
        Path cache = folder.resolve("b.aot");
        Path old = Files.writeString(folder.resolve("a.aot"), "of the build before");
        Path log = folder.resolve("training.log");

        Process killed = box.start("aot-cache", log, Map.of(), "make", cache.toString());
        Path recording = folder.resolve("training/training.log");
        ArmBox.await("the training run", () -> Files.exists(recording), Duration.ofMinutes(1));
        killed.descendants().forEach(ProcessHandle::destroyForcibly);
        killed.destroyForcibly().waitFor();
        assertThat(cache).doesNotExist();
        Process whole = box.start("aot-cache", log, Map.of(), "make", cache.toString());
        assertThat(whole.waitFor(TRAINING_PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readString(log)).contains("used from the next start");
        assertThat(old).doesNotExist();
        Path loads = folder.resolve("loads.log");
        Process start = box.start("suimon", log, Map.of("SUIMON_AOT_CACHE", cache.toString(),
                "SUIMON_JAVA_OPTIONS", "-Xlog:class+load:file=" + loads), "--version");
        assertThat(start.waitFor(TRAINING_PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(start.exitValue()).isZero();
        assertThat(Files.readString(loads)).containsPattern(
                Pattern.compile("suimon\\.app\\.Suimon source: shared objects file"));
    }

    private String call(Map<String, String> environment, String word, Path cache)
            throws IOException, InterruptedException {
        Path log = folder.resolve("call.log");
        ProcessBuilder builder = new ProcessBuilder("sh", SCRIPT.toString(), word, cache.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor()).isZero();
        return Files.readString(log);
    }
}
