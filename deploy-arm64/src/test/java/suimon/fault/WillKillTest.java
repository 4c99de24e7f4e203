package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener has promised a client stands after {@code kill -9}. */
@Tag("long")
final class WillKillTest {
    private static final int PUBREC = 5;
    private static final int PUBREL = 0x62;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path scratch;

    @Test
    void aWillIsPublishedOnceAndAnOpenMessageIsNotDoubled() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        try (Child gateway = site.start(); RawMqtt pen = new RawMqtt(site.mqttPort())) {
            pen.send(0x10, connect("pen1"));
            assertThat(pen.readOne().type()).isEqualTo(RawMqtt.CONNACK);
            pen.publish("pen1/once", "{\"v\": 7}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2, 5, false);
            assertThat(pen.readOne().type()).isEqualTo(PUBREC);
            gateway.kill();
        }
        try (Child gateway = site.start()) {
            RawMqtt back = RawMqtt.connected(site.mqttPort(), "pen1", false);
            assertThat(back.isSessionPresent()).isTrue();
            back.publish("pen1/once", "{\"v\": 7}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2, 5, true);
            assertThat(back.readOne().type()).isEqualTo(PUBREC);
            back.send(PUBREL, new byte[] {0, 5});
            assertThat(back.readOne().type()).as("PUBCOMP").isEqualTo(7);
            back.send(0xe0, new byte[0]);
            back.close();
            try (RawMqtt dying = new RawMqtt(site.mqttPort())) {
                dying.send(0x10, connect("pen2"));
                assertThat(dying.readOne().type()).isEqualTo(RawMqtt.CONNACK);
                // What is kept before this reading is on disk with it.
                dying.publish("pen2/seen", "{\"v\": 1}", 6, false);
                assertThat(dying.readOne().type()).isEqualTo(RawMqtt.PUBACK);
                gateway.kill();
            }
        }
        try (Child gateway = site.start()) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (numbers(site, "pen2/state").isEmpty() && System.nanoTime() < end) {
                LockSupport.parkNanos(1_000_000_000L);
            }
            gateway.stop(PATIENCE);
        }
        assertThat(numbers(site, "pen1/once")).containsExactly(7L);
        assertThat(numbers(site, "pen2/state")).containsExactly(-1L);
        assertThat(numbers(site, "pen1/state")).as("it said goodbye").isEmpty();
    }

    private List<Long> numbers(Site site, String series) throws Exception {
        return Contents.of(site.data(), scratch.resolve("copy")).readings()
                .getOrDefault(series, List.of()).stream().map(stored -> (long) stored.value().asDouble()).toList();
    }

    /** MQTT 5, a session of an hour, and a will that says -1. */
    private static byte[] connect(String client) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF("MQTT");
        body.write(new byte[] {5, 0x04 | 0x08, 0, 60, 5, 0x11});
        body.writeInt(3600);
        body.writeUTF(client);
        body.writeByte(0);
        body.writeUTF(client + "/state");
        byte[] payload = "{\"v\": -1}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        body.writeShort(payload.length);
        body.write(payload);
        return bytes.toByteArray();
    }
}
