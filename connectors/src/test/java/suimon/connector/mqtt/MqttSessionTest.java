package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.access.Role;
import suimon.connector.mqtt.RawClient.Packet;

/** What a client id owns beyond a connection: its session, its will, and whose it is. */
class MqttSessionTest extends DeviceSite {
    private static final String EXPIRY_HOUR = "1100000e10";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aWillWaitsForItsDelayAndIsGivenUpWhenTheClientIsBack() throws Exception {
        MqttListener site = listening();
        inbox.commitsByItself();
        vanish(willing("back", 60, 600));
        vanish(willing("gone", 60, 600));
        await(() -> site.progress().state().startsWith("0"));
        MqttClient back = willing("back", 60, 600);

        clock.step(MINUTE.minusSeconds(5));
        assertThat(inbox.texts()).isEmpty();
        clock.step(Duration.ofSeconds(10));

        inbox.await(all -> all.texts().equals(java.util.List.of("state/gone off")));
        vanish(back);
        await(() -> site.progress().state().startsWith("0"));
        clock.step(Duration.ofSeconds(61));
        inbox.await(all -> all.texts().contains("state/back off"));
        assertThat(inbox.texts()).hasSize(2);
    }

    /** MQTT 5, 3.1.2.5: the end of the session is the end of the delay. */
    @Test
    void aSessionThatEndsEarlyTakesItsWillWithIt() throws Exception {
        MqttListener site = listening();
        inbox.commitsByItself();
        vanish(willing("clean", 3600, 3600));
        await(() -> site.progress().state().startsWith("0"));

        connected(5, "clean");

        inbox.await(all -> all.texts().equals(java.util.List.of("state/clean off")));
    }

    @Test
    void whoDoesNotComeBackAfterARestartHasItsWillPublishedOnce() throws Exception {
        MqttListener first = listening();
        RawClient dying = lasting(4, "dying", "state/dying");
        RawClient living = lasting(4, "living", "state/living");
        assertThat(inbox.snapshot()).containsKeys("will/dying", "will/living");
        inbox.kill();
        first.close();
        dying.close();
        living.close();

        MqttListener second = listening();
        lasting(4, "living", "state/living");
        clock.step(Wills.GRACE.plusSeconds(1));
        inbox.await(all -> all.texts().equals(java.util.List.of("state/dying off")));
        inbox.commit();
        second.close();

        assertThat(inbox.snapshot()).doesNotContainKey("will/dying").containsKey("will/living");
        listening();
        RawClient polite = lasting(4, "living", "state/living");
        polite.send(0xe0, new byte[0]).readClosed();
        clock.step(Wills.GRACE.plusSeconds(1));
        await(() -> {
            inbox.commit();
            return !inbox.snapshot().containsKey("will/living");
        });
        assertThat(inbox.texts()).containsExactly("state/dying off");
    }

    @Test
    void aWillThatFindsNoRoomIsPublishedWhenThereIsSome() throws Exception {
        MqttListener site = listening();
        RawClient client = lasting(4, "late", "state/late");
        inbox.capacity(0);
        client.close();
        await(() -> site.progress().state().startsWith("0"));

        inbox.capacity(100);

        inbox.await(all -> all.texts().equals(java.util.List.of("state/late off")));
    }

    @ParameterizedTest
    @CsvSource({"59, 1", "61, 0"})
    void theTimeASessionLastsRunsOnWhileTheGatewayIsDown(int minutes, int present) throws Exception {
        MqttListener first = listening();
        inbox.commitsByItself();
        RawClient logger = accepted(new RawClient(port(), 5).connect("logger", false, EXPIRY_HOUR));
        byte[] here = inbox.snapshot().get("session/logger");
        logger.close();
        await(() -> first.progress().state().startsWith("0"));
        clock.step(MINUTE.plusSeconds(1));
        inbox.await(all -> !java.util.Arrays.equals(here, all.snapshot().get("session/logger")));
        first.close();

        clock.step(Duration.ofMinutes(minutes - 1).minusSeconds(1));
        listening();

        RawClient again = new RawClient(port(), 5).connect("logger", false, EXPIRY_HOUR);
        assertThat(again.read().body()[0]).as("session present").isEqualTo((byte) present);
    }

    /** It was connected when the power went, so its time begins with the restart. */
    @Test
    void aSessionThatWasInUseIsNotOverAfterALongOutage() throws Exception {
        MqttListener first = listening();
        inbox.commitsByItself();
        accepted(new RawClient(port(), 5).connect("logger", false, EXPIRY_HOUR));
        first.close();

        clock.step(HOUR.multipliedBy(3));
        listening();

        RawClient again = new RawClient(port(), 5).connect("logger", false, EXPIRY_HOUR);
        assertThat(again.read().body()[0]).as("session present").isEqualTo((byte) 1);
    }

    @Test
    void nobodyGetsTheSessionOfAnotherUser() throws Exception {
        user("pen1", Role.DEVICE, "correct horse");
        user("pen2", Role.DEVICE, "battery staple");
        MqttListener first = listening();
        inbox.commitsByItself();
        RawClient owner = accepted(asking("logger", "pen1", "correct horse", 3600));

        assertThat(refusal(asking("logger", "pen2", "battery staple", 3600))).isEqualTo(0x85);
        owner.publish("t", 1, 1, false, "", "1");
        assertThat(owner.read().type()).as("still there").isEqualTo(PUBACK);
        owner.close();
        await(() -> first.progress().state().startsWith("0"));
        assertThat(refusal(asking("logger", "pen2", "battery staple", 0))).isEqualTo(0x85);
        first.close();

        listening();
        assertThat(refusal(asking("logger", "pen2", "battery staple", 0))).as("after a restart").isEqualTo(0x85);
        accepted(asking("logger", "pen1", "correct horse", 0)).close();
    }

    /** What its entry below devices no longer permits is not handed out from an old session. */
    @Test
    void aSubscriptionThatIsNoLongerPermittedIsNotRestored() throws Exception {
        MqttListener first = listening();
        inbox.commitsByItself();
        RawClient lamp = accepted(new RawClient(port(), 5).connect("lamp", false, EXPIRY_HOUR));
        assertThat(lamp.subscribe(1, "suimon/#", 0).read().type()).isEqualTo(SUBACK);
        assertThat(lamp.subscribe(2, "suimon/alarms/#", 0).read().type()).isEqualTo(SUBACK);
        first.close();

        MqttListener second = listening(permitted("lamp", java.util.List.of(), java.util.List.of("suimon/alarms/#")));
        RawClient again = new RawClient(port(), 5).connect("lamp", false, EXPIRY_HOUR);
        assertThat(again.read().body()[0]).as("session present").isEqualTo((byte) 1);
        second.publish("suimon/values/secret", "1".getBytes(StandardCharsets.UTF_8), false);
        second.publish("suimon/alarms/low", "2".getBytes(StandardCharsets.UTF_8), false);

        Packet told = again.read();
        assertThat(new String(told.body(), StandardCharsets.UTF_8)).contains("suimon/alarms/low");
    }

    private MqttClient willing(String name, long delaySeconds, long expirySeconds) throws Exception {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + port(), name, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(expirySeconds);
        options.setWill("state/" + name, new MqttMessage("off".getBytes(StandardCharsets.UTF_8), 1, false, null));
        MqttProperties will = new MqttProperties();
        will.setWillDelayInterval(delaySeconds);
        options.setWillMessageProperties(will);
        client.connect(options);
        return client;
    }

    private static void vanish(MqttClient client) throws Exception {
        client.disconnectForcibly(0, 1, false);
        client.close();
    }

    /** MQTT 3.1.1 with a session that lasts and a will that says off. */
    private RawClient lasting(int version, String client, String topic) throws Exception {
        HexFormat hex = HexFormat.of();
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        body.write(hex.parseHex("00044d515454%02x04003c".formatted(version)));
        java.io.DataOutputStream fields = new java.io.DataOutputStream(body);
        fields.writeUTF(client);
        fields.writeUTF(topic);
        fields.writeUTF("off");
        RawClient raw = new RawClient(port(), version).send(0x10, body.toByteArray());
        await(() -> {
            inbox.commit();
            return inbox.snapshot().containsKey("session/" + client) && inbox.snapshot().containsKey("will/" + client);
        });
        return accepted(raw);
    }

    private static int refusal(RawClient client) throws Exception {
        return client.read().body()[1] & 0xff;
    }
}
