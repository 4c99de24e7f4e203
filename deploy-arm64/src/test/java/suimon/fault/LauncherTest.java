package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a person calls it, in a home that is built already. */
final class LauncherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    Path scratch;

    @Test
    void aSecondGatewayOnTheSameFolderIsRefusedClearlyAndTheFirstGoesOn() throws Exception {
        Path launcher = home(scratch.resolve("home"));
        Site site = new Site(scratch.resolve("site"));
        // Writes the configuration and what a gateway makes at its first start.
        try (Child once = site.start()) {
            once.stop(PATIENCE);
        }
        Process first = launch(launcher, site, "first.log");
        try {
            awaitSaid(first, scratch.resolve("first.log"), "runs; page");

            Process second = launch(launcher, site, "second.log");

            assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(Files.readString(scratch.resolve("second.log")))
                    .contains("is in use by process " + first.pid())
                    .contains("stop that process or name another folder");
            assertThat(first.isAlive()).isTrue();
            assertThat(Site.isOpen(site.mqttPort())).isTrue();
        } finally {
            first.destroy();
            if (!first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                first.destroyForcibly().waitFor();
            }
        }
    }

    private Process launch(Path launcher, Site site, String log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "run", site.config().toString())
                .directory(site.folder().toFile()).redirectErrorStream(true)
                .redirectOutput(scratch.resolve(log).toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private static void awaitSaid(Process process, Path log, String words) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(log).contains(words)) {
            assertThat(process.isAlive() && System.nanoTime() < end).as(Files.readString(log)).isTrue();
            Pauses.brief();
        }
    }

    /** The launcher with what it looks for beside it, so that it has nothing to build. */
    private static Path home(Path home) throws IOException {
        Path target = Files.createDirectories(home.resolve("deploy-arm64/target"));
        Files.writeString(target.resolve("class-path.txt"), Child.Start.absoluteClassPath());
        Path memory = Path.of("src/deb/program/java.memory");
        Files.copy(memory, Files.createDirectories(home.resolve("deploy-arm64/src/deb/program"))
                .resolve("java.memory"));
        Path launcher = Files.copy(Path.of("../suimon"), home.resolve("suimon"));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        Files.createFile(target.resolve("built"));
        return launcher;
    }
}
