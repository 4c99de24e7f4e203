package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.DataSize;
import suimon.connector.mqtt.RawClient.Packet;
import suimon.pipeline.ScriptedInbox;

/** What MQTT 3.1.1 and 5 demand of a server, as far as third parties' suites ask for it and beyond. */
class MqttConformanceTest {
    private static final int CONNACK = 2;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int SUBACK = 9;
    private static final int PINGRESP = 13;
    private static final int RECEIVE_MAXIMUM = 3;

    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox inbox = new ScriptedInbox();
    private @Nullable MqttListener listener;

    @AfterEach
    void close() {
        if (listener != null) {
            listener.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aReleaseOfNothingIsAnsweredWithItsReason(int version) throws Exception {
        RawClient client = connected(version, "sensor");

        client.release(77);

        // 3.6.2.1 of MQTT 5; 3.1.1 knows no reasons.
        byte[] expected = HexFormat.of().parseHex(version == 5 ? "004d92" : "004d");
        assertThat(client.read()).matches(packet -> packet.type() == PUBCOMP)
                .extracting(Packet::body).isEqualTo(expected);
    }

    @Test
    void aMessageWithQosTwoCountsInFlightUntilItIsComplete() throws Exception {
        inbox.commitsByItself();
        RawClient client = connected(5, "sensor");
        for (int id = 1; id <= RECEIVE_MAXIMUM; id++) {
            publishTwo(client, id);
        }
        client.release(1);
        assertThat(client.read().type()).isEqualTo(PUBCOMP);
        publishTwo(client, 4);

        client.publish("t", 2, 5, false, "", "one too many");

        assertThat(client.readClosed()).as("MQTT 5, 4.9: Receive Maximum exceeded").isEqualTo(0x93);
        assertThat(inbox.texts()).doesNotContain("t one too many");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aPeerThatVanishesIsClosedAfterItsKeepAliveAndItsWillIsSent(int version) throws Exception {
        inbox.commitsByItself();
        RawClient vanished = started(version);
        vanished.send(0x10, connectWithWill(version, "gone", 1));
        assertThat(vanished.read().type()).isEqualTo(CONNACK);
        RawClient alive = new RawClient(port(), version);
        alive.send(0x10, connectWithWill(version, "alive", 1));
        assertThat(alive.read().type()).isEqualTo(CONNACK);

        // The other end of the socket stays open and says nothing, as behind a radio link that is down.
        while (!inbox.texts().contains("wills gone")) {
            alive.send(0xc0, new byte[0]);
            assertThat(alive.read().type()).isEqualTo(PINGRESP);
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
        }

        vanished.readClosed();
        assertThat(inbox.texts()).containsExactly("wills gone");
    }

    @Test
    void theOlderConnectionIsToldWhoTookItsClientIdAndItsWillIsSent() throws Exception {
        inbox.commitsByItself();
        RawClient older = started(5);
        older.send(0x10, connectWithWill(5, "twin", 60));
        assertThat(older.read().type()).isEqualTo(CONNACK);

        connected(5, "twin");

        assertThat(older.readClosed()).isEqualTo(0x8e);
        inbox.await(all -> all.texts().contains("wills twin"));
    }

    /** First byte and what follows, as hexadecimal; each must end its own connection (MQTT 5, 4.13). */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "QoS 3, 3606000174000131",
        "a wildcard in a topic, 300400022f2b",
        "packet id 0 with QoS 1, 3205000174000031",
        "PUBREL without its flag, 60020001",
        "SUBSCRIBE without its flag, 800800010003742f2300",
        "UNSUBSCRIBE without its flag, a0050001000174",
        "SUBSCRIBE with packet id 0, 820800000003742f2300",
        "SUBSCRIBE without a filter, 82020001",
        "UNSUBSCRIBE without a filter, a2020001",
        "SUBSCRIBE with QoS 3, 820800010003742f2303",
        "a packet of type 0, 0000",
        "CONNACK from a client, 20020000",
        "SUBACK from a client, 9003000100",
        "PINGRESP from a client, d000",
        "a length of five bytes, 30ffffffff7f",
        "an empty topic, 3003000031",
        "NUL in a topic, 30050002610031",
        "a topic that is no UTF-8, 30050002c32831",
        "a second CONNECT, 100d00044d5154540402003c000161"})
    void whatIsNoMqttEndsItsOwnConnectionOnly(String what, String packet) throws Exception {
        inbox.commitsByItself();
        RawClient good = connected(4, "good");
        RawClient bad = accepted(new RawClient(port(), 4).connect("bad", true, ""));

        bad.bytes(HexFormat.of().parseHex(packet));

        bad.readClosed();
        good.publish("good", 1, 1, false, "", "still here");
        assertThat(good.read().id()).as(what).isEqualTo(1);
        assertThat(inbox.texts()).containsExactly("good still here");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "QoS 3, 360700017400013100, 81",
        "PUBREL without its flag, 60020001, 81",
        "a wildcard in a topic, 300500022f2b00, 90",
        "SUBSCRIBE without a filter, 8203000100, 82",
        "AUTH without a method, f000, 82",
        "SUBACK from a client, 900400010000, 82",
        "a second CONNECT, 100e00044d5154540502003c00000161, 82",
        "topic alias 0, 30080001740323000031, 94"})
    void aClientOfFiveIsToldWhyItsConnectionEnds(String what, String packet, String reason) throws Exception {
        RawClient client = connected(5, "bad");

        client.bytes(HexFormat.of().parseHex(packet));

        assertThat(client.readClosed()).as(what).isEqualTo(Integer.parseInt(reason, 16));
    }

    @Test
    void aVersionThatIsNotSpokenIsRefusedWithItsReason() throws Exception {
        RawClient client = started(4);

        client.send(0x10, HexFormat.of().parseHex("00044d5154540602003c000161"));

        Packet answer = client.read();
        assertThat(answer.type()).isEqualTo(CONNACK);
        assertThat(answer.body()[1] & 0xff).isIn(1, 0x84);
        client.readClosed();
    }

    @Test
    void anEmptyClientIdNeedsACleanSessionInThreeAndIsAssignedInFive() throws Exception {
        RawClient lasting = started(4).connect("", false, "");
        RawClient clean = new RawClient(port(), 4).connect("", true, "");
        RawClient five = new RawClient(port(), 5).connect("", true, "");

        assertThat(lasting.read().body()[1]).as("3.1.1, 3.1.3-8").isEqualTo((byte) 2);
        lasting.readClosed();
        assertThat(clean.read().body()[1]).isZero();
        assertThat(new String(five.read().body(), StandardCharsets.ISO_8859_1)).contains("\u0012\u0000\u0024");
    }

    @Test
    void aRefusedFilterDoesNotCostTheOthersTheirs() throws Exception {
        RawClient client = connected(4, "display");

        client.send(0x82, HexFormat.of().parseHex("0001" + "0008" + hex("suimon/#") + "02" + "0006" + hex("test/#") + "01"));

        assertThat(client.read()).matches(packet -> packet.type() == SUBACK)
                .extracting(Packet::body).isEqualTo(new byte[] {0, 1, 1, (byte) 0x80});
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void publishTwo(RawClient client, int id) throws Exception {
        client.publish("t", 2, id, false, "", "number " + id);
        assertThat(client.read()).matches(packet -> packet.type() == PUBREC && packet.id() == id);
    }

    private static byte[] connectWithWill(int version, String client, int keepAliveSeconds) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeUTF("MQTT");
        fields.write(new byte[] {(byte) version, 0x06});
        fields.writeShort(keepAliveSeconds);
        fields.write(new byte[version == 5 ? 1 : 0]);
        fields.writeUTF(client);
        fields.write(new byte[version == 5 ? 1 : 0]);
        fields.writeUTF("wills");
        fields.writeUTF(client);
        return body.toByteArray();
    }

    private RawClient connected(int version, String client) throws Exception {
        return accepted(started(version).connect(client, true, ""));
    }

    private static RawClient accepted(RawClient client) throws Exception {
        Packet answer = client.read();
        assertThat(answer.type()).isEqualTo(CONNACK);
        assertThat(answer.body()[1]).isZero();
        return client;
    }

    /** A socket to the listener, which is started if it is not. */
    private RawClient started(int version) throws Exception {
        if (listener == null) {
            listener = new MqttListener(new MqttListenerSettings("conformance", "127.0.0.1", 0, null, null,
                    new DataSize(65_536), 100, RECEIVE_MAXIMUM, Duration.ofDays(1), List.of()),
                    inbox.context(folder), Login.ANYBODY);
            listener.start();
        }
        return new RawClient(port(), version);
    }

    private int port() {
        return listener == null ? 0 : listener.port();
    }
}
