package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static suimon.connector.modbus.ModbusSite.settings;
import static suimon.connector.modbus.ModbusSite.uint16;
import static suimon.connector.modbus.ModbusSite.unit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.pipeline.FreePorts;
import suimon.reading.Value;

/** RTU: on a line, which is a pseudo terminal here with the library's server behind, and over TCP. */
class ModbusLineTest {
    @TempDir Path folder;
    private final int port = FreePorts.next();
    private ModbusSite site;
    private Device device;
    private @Nullable Process socat;

    @BeforeEach
    void open() throws Exception {
        site = new ModbusSite(folder);
        device = Device.rtuOverTcp(port);
        device.holding[0] = 1234;
        device.holding[20] = 4321;
        device.absent.add(21);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        device.close();
        unplug();
    }

    @Test
    void framesOverTcpAreRead() throws Exception {
        site.start(settings("rtu+tcp://127.0.0.1:" + port, unit(7, uint16("a", 0), uint16("b", 20), uint16("bad", 21))));

        assertThat(site.value("a")).isEqualTo(new Value.Int64(1234));
        // The server's exceptions have a wrong checksum, so that this one is never understood.
        assertThat(site.value("b")).isEqualTo(new Value.Int64(4321));
        site.await("more", () -> site.count("a") > 5 && site.count("b") > 5);
        assertThat(site.count("bad")).isZero();
    }

    @Test
    void aLineIsReadAndReadAgainAfterTheAdapterWasUnplugged() throws Exception {
        Path line = folder.resolve("ttyTest");
        plug(line);
        ModbusSource source = site.start(
                settings("serial:" + line, unit(7, uint16("a", 0), uint16("b", 20))));
        assertThat(site.value("a")).isEqualTo(new Value.Int64(1234));
        assertThat(site.value("b")).isEqualTo(new Value.Int64(4321));

        unplug();
        site.await("the trouble", () -> !source.progress().state().startsWith("reading"));
        int before = site.count("a");
        plug(line);

        site.await("values again", () -> site.count("a") > before + 2);
        assertThat(site.gaps()).isNotEmpty();
    }

    @Test
    void aLineThatIsNotThereSaysSo() throws Exception {
        ModbusSource source = site.start(settings("serial:" + folder.resolve("none"), unit(7, uint16("a", 0))));

        site.await("the reason", () -> source.progress().state().contains("is the adapter plugged in?"));
    }

    private void plug(Path line) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/socat")), "socat is not installed: apt-get install socat");
        socat = new ProcessBuilder("socat", "PTY,link=" + line + ",raw,echo=0", "TCP:127.0.0.1:" + port)
                .redirectErrorStream(true).redirectOutput(folder.resolve("socat.log").toFile()).start();
        site.await("the line", () -> Files.exists(line));
    }

    private void unplug() throws InterruptedException {
        Process running = socat;
        if (running != null) {
            running.destroy();
            running.waitFor(60, TimeUnit.SECONDS);
        }
    }
}
