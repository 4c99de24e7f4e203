package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.config.DataSize;
import suimon.connector.mqtt.RawClient.Packet;
import suimon.pipeline.DeviceStatus;
import suimon.pipeline.ScriptedInbox;
import suimon.pipeline.SteppedClock;

/** A listener with devices and a time of the test's own. */
abstract class DeviceSite {
    static final int CONNACK = 2;
    static final int PUBACK = 4;
    static final int SUBACK = 9;

    private static final long LOOK_EVERY_MILLIS = 50;

    @TempDir
    Path folder = Path.of("");

    final ScriptedInbox inbox = new ScriptedInbox();
    final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-23T06:00:00Z"));
    private @Nullable MqttListener listener;
    private @Nullable Path users;

    @AfterEach
    final void close() {
        if (listener != null) {
            listener.close();
        }
    }

    /** An entry that only limits the rate. */
    static DeviceSettings limited(String name, int perSecond, int burst) {
        return new DeviceSettings(name, null, null, null, perSecond, burst, null, List.of(), List.of());
    }

    /** An entry that only says when it is missed. */
    static DeviceSettings missed(String name, Duration silentAfter) {
        return new DeviceSettings(name, null, null, null, null, null, silentAfter, List.of(), List.of());
    }

    /** An entry that only says where it may publish and what it may subscribe to. */
    static DeviceSettings permitted(String name, List<String> publish, List<String> subscribe) {
        return new DeviceSettings(name, null, null, null, null, null, null, publish, subscribe);
    }

    final void user(String name, Role role, String password) throws Exception {
        users = folder.resolve("users");
        new CredentialFile(users).put(name, role, password);
    }

    final MqttListener listening(DeviceSettings... devices) throws Exception {
        MqttListenerSettings settings = new MqttListenerSettings("site", "127.0.0.1", 0, users, null,
                new DataSize(65_536), 100, 4096, Duration.ofDays(7), List.of()).with(List.of(devices));
        MqttListener made = new MqttListener(settings, inbox.context(folder, clock, clock), Login.of(users), LOOK_EVERY_MILLIS);
        listener = made;
        made.start();
        return made;
    }

    final RawClient connected(int version, String name) throws Exception {
        return accepted(new RawClient(port(), version).connect(name, true, ""));
    }

    /** Logs in with MQTT 5; the client id is the user's name and {@code -1}. */
    final RawClient login(String user, String password) throws Exception {
        return accepted(asking(user + "-1", user, password, 0));
    }

    /** Asks to be let in with MQTT 5 and a clean start. */
    final RawClient asking(String client, String user, String password, int expirySeconds) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeUTF("MQTT");
        fields.write(new byte[] {5, (byte) 0xc2, 0, 60, 5, 17});
        fields.writeInt(expirySeconds);
        fields.writeUTF(client);
        fields.writeUTF(user);
        fields.writeUTF(password);
        return new RawClient(port(), 5).send(0x10, body.toByteArray());
    }

    final int port() {
        return listener == null ? 0 : listener.port();
    }

    /** What the page shows of it, once that is so. */
    final DeviceStatus shown(String device) throws InterruptedException {
        await(() -> find(device) != null);
        DeviceStatus found = find(device);
        assertThat(found).isNotNull();
        return java.util.Objects.requireNonNull(found);
    }

    private @Nullable DeviceStatus find(String device) {
        return listener == null ? null
                : listener.devices().stream().filter(one -> one.name().equals(device)).findFirst().orElse(null);
    }

    static RawClient accepted(RawClient client) throws Exception {
        Packet answer = client.read();
        assertThat(answer.type()).isEqualTo(CONNACK);
        assertThat(answer.body()[1]).isEqualTo((byte) 0);
        return client;
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen within 60 s");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }
}
