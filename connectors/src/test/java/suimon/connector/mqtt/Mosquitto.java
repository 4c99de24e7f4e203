package suimon.connector.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import suimon.pipeline.FreePorts;

/** A real Mosquitto on loopback that keeps its sessions over a restart. */
public final class Mosquitto implements AutoCloseable {
    private final Path folder;
    private final int port;
    private @Nullable Process process;

    /** Skips the test when Mosquitto is not installed. */
    public Mosquitto(Path folder) throws IOException {
        Assumptions.assumeTrue(binary() != null, "mosquitto is not installed: apt-get install mosquitto");
        this.folder = Files.createDirectories(folder);
        port = FreePorts.next();
        Files.write(folder.resolve("mosquitto.conf"), List.of(
                "listener " + port + " 127.0.0.1",
                "allow_anonymous true",
                "persistence true",
                "persistence_location " + folder + "/",
                "user root",
                "log_dest file " + folder.resolve("mosquitto.log"),
                "max_queued_messages 100000"));
    }

    public int port() {
        return port;
    }

    public Mosquitto start() throws IOException, InterruptedException {
        process = new ProcessBuilder(String.valueOf(binary()), "-c", folder.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        for (int attempt = 0; attempt < 2400; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                return this;
            } catch (IOException e) {
                Thread.sleep(25);
            }
        }
        throw new IOException("mosquitto did not start: " + Files.readString(folder.resolve("output")));
    }

    /** Ends it as a service manager would; it writes its sessions to disk. */
    public void stop() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("mosquitto did not stop");
            }
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            // Until it is gone it writes into the folder, which the test removes next.
            running.destroyForcibly().onExit().completeOnTimeout(running, 60, TimeUnit.SECONDS).join();
        }
    }

    private static @Nullable Path binary() {
        return Stream.of("/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto")
                .map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
    }
}
