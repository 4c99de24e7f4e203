package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gateway.yaml} is edited while the gateway runs. */
final class ConfigChangeTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path scratch;

    @Test
    void devicesChangeWithoutARestartAndWhatIsWrongChangesNothing() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        try (Child gateway = site.start();
                RawMqtt pen = RawMqtt.connected(site.mqttPort(), "pen1", true)) {
            pen.patience(60_000);
            String good = Files.readString(site.config());
            Files.writeString(site.config(), good.replace("name: listener",
                    "name: listener\n    devices: [{name: pen1, publish: [\"pen1/#\"]}]"));

            RawMqtt.Packet told = pen.readOne();

            assertThat(told.type()).isEqualTo(RawMqtt.DISCONNECT);
            assertThat(told.reason()).as("administrative action").isEqualTo(0x98);
            try (RawMqtt again = RawMqtt.connected(site.mqttPort(), "pen1", true)) {
                again.patience(60_000);
                again.publish("pen2/do", "{\"v\": 1}", 1, false);
                assertThat(again.readOne().reason()).as("not authorized").isEqualTo(0x87);
                assertThat(gateway.output()).contains("read again").doesNotContain("restart the gateway");

                Files.writeString(site.config(), good.replace("name: listener", "name: listener\n    devicez: []"));
                awaitOutput(gateway, "the former configuration stays in use: 1 problem(s)");
                again.publish("pen1/do", "{\"v\": 1}", 2, false);
                assertThat(again.readOne()).matches(answer -> answer.packetId() == 2 && answer.reason() == 0);
            }
        }
    }

    private static void awaitOutput(Child gateway, String text) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!gateway.output().contains(text)) {
            assertThat(System.nanoTime()).as(gateway.output()).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
