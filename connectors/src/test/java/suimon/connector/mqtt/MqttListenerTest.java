package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.config.DataSize;
import suimon.connector.mqtt.RawClient.Packet;
import suimon.pipeline.Delivery;
import suimon.pipeline.Receipt;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;
import suimon.pipeline.SourceLost;

class MqttListenerTest extends SourceContract {
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int SUBACK = 9;
    private static final String EXPIRY_HOUR = "1100000e10";

    private @Nullable MqttListener listener;

    @Override
    protected Source open(SourceContext context) {
        MqttListener made = new MqttListener(settings(null, 100, 100), context, Login.ANYBODY);
        listener = made;
        return made;
    }

    @Override
    protected void send(int values) throws Exception {
        try (RawClient client = connected(4, "sender")) {
            for (int value = 1; value <= values; value++) {
                client.publish("t", 0, 0, false, "", String.valueOf(value));
            }
        }
    }

    @Override
    protected String lastOf(int values) {
        return "t " + values;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void acknowledgesOnlyWhatIsStored(int version) throws Exception {
        started();
        RawClient client = connected(version, "sensor");
        client.publish("t", 1, 7, false, "", "one").publish("t", 2, 8, false, "", "two");
        inbox.awaitWaiting(2);
        assertThat(client.isSilentFor(150)).isTrue();

        inbox.commit();

        assertThat(client.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 7);
        assertThat(client.read()).matches(packet -> packet.type() == PUBREC && packet.id() == 8);
        client.release(8);
        inbox.await(all -> all.waiting().isEmpty());
        committing(() -> assertThat(client.read()).matches(packet -> packet.type() == PUBCOMP && packet.id() == 8));
        client.close();
    }

    @Test
    void aQosTwoMessageSentTwiceIsDeliveredOnceEvenOverAKill() throws Exception {
        Source first = started();
        RawClient client = new RawClient(port(), 5).connect("siren", false, EXPIRY_HOUR);
        committing(() -> assertThat(client.read().type()).isEqualTo(CONNACK));
        client.publish("t", 2, 5, false, "", "once").publish("t", 2, 5, true, "", "once");
        inbox.awaitWaiting(1);
        inbox.commit();
        assertThat(client.read().type()).isEqualTo(PUBREC);
        client.publish("t", 2, 5, true, "", "once");
        assertThat(client.read().type()).isEqualTo(PUBREC);
        inbox.kill();
        first.close();

        started();
        RawClient again = new RawClient(port(), 5).connect("siren", false, EXPIRY_HOUR);
        Packet answer = again.read();
        again.publish("t", 2, 5, true, "", "once");

        assertThat(answer.body()[0]).as("session present").isEqualTo((byte) 1);
        assertThat(again.read()).matches(packet -> packet.type() == PUBREC && packet.id() == 5);
        assertThat(inbox.texts()).containsExactly("t once");
        again.release(5);
        committing(() -> assertThat(again.read().type()).isEqualTo(PUBCOMP));
        assertThat(inbox.snapshot().keySet()).containsExactly("session/siren");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aLastingSessionIsPresentAfterAKillAndACleanStartEndsIt(int version) throws Exception {
        String expiry = version == 5 ? EXPIRY_HOUR : "";
        Source first = started();
        RawClient client = new RawClient(port(), version).connect("logger", false, expiry);
        committing(() -> assertThat(client.read().body()[0]).isEqualTo((byte) 0));
        first.close();

        started();

        RawClient present = new RawClient(port(), version).connect("logger", false, expiry);
        assertThat(present.read().body()[0]).isEqualTo((byte) 1);
        RawClient clean = new RawClient(port(), version).connect("logger", true, "");
        assertThat(clean.read().body()[0]).isEqualTo((byte) 0);
        committing(() -> inbox.await(all -> all.snapshot().isEmpty()));
    }

    @Test
    void aClientIsNotToldOfASessionBeforeItIsKept() throws Exception {
        started();
        RawClient client = new RawClient(port(), 5).connect("logger", false, EXPIRY_HOUR);

        assertThat(client.isSilentFor(150)).isTrue();

        inbox.commit();
        assertThat(client.read().type()).isEqualTo(CONNACK);
        assertThat(inbox.snapshot()).containsKey("session/logger");
    }

    @Test
    void theNewerConnectionTakesTheClientId() throws Exception {
        started();
        RawClient older = connected(5, "twin");

        connected(5, "twin");

        assertThat(older.readClosed()).isEqualTo(0x8e);
    }

    @Test
    void aDeviceThatLeavesInsideACommitCostsNobodyElseItsAcknowledgement() throws Exception {
        Source source = started();
        RawClient leaving = connected(4, "leaving");
        RawClient staying = connected(4, "staying");
        leaving.publish("t", 1, 1, false, "", "a");
        inbox.awaitWaiting(1);
        staying.publish("t", 1, 2, false, "", "b");
        inbox.awaitWaiting(2);
        leaving.close();
        await(() -> source.progress().state().equals("1 client"));

        inbox.commit();

        assertThat(staying.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 2);
    }

    @Test
    void aFullInboxDropsQosZeroAndClosesQosOne() throws Exception {
        started();
        inbox.capacity(1);
        RawClient five = connected(5, "five");
        RawClient three = connected(4, "three");
        five.publish("t", 0, 0, false, "", "first");
        inbox.awaitWaiting(1);

        five.publish("t", 0, 0, false, "", "dropped");
        inbox.await(all -> all.refused() == 1);
        five.publish("t", 1, 1, false, "", "closed");
        three.publish("t", 1, 1, false, "", "closed");

        assertThat(five.readClosed()).isEqualTo(0x97);
        assertThat(three.readClosed()).isEqualTo(0);
        inbox.await(all -> all.refused() == 3);
        assertThat(inbox.texts()).containsExactly("t first");
    }

    @Test
    void aPublisherThatIgnoresTheReceiveMaximumIsClosed() throws Exception {
        started();
        RawClient client = connected(5, "greedy");
        for (int id = 1; id <= 101; id++) {
            client.publish("t", 1, id, false, "", "x");
        }

        assertThat(client.readClosed()).isEqualTo(0x93);
        inbox.awaitWaiting(100);
        assertThat(inbox.waiting()).hasSize(100);
    }

    @Test
    void topicAliasesStandForTheirTopics() throws Exception {
        started();
        RawClient client = connected(5, "short");
        client.publish("pens/1/do", 0, 0, false, "230001", "1").publish("", 0, 0, false, "230001", "2");
        inbox.awaitWaiting(2);

        client.publish("", 0, 0, false, "230041", "3");

        assertThat(client.readClosed()).isEqualTo(0x94);
        assertThat(inbox.texts()).containsExactly("pens/1/do 1", "pens/1/do 2");
        RawClient unknown = connected(5, "unknown");
        unknown.publish("", 0, 0, false, "230002", "4");
        assertThat(unknown.readClosed()).isEqualTo(0x82);
    }

    @Test
    void subscriptionsAreGrantedBelowSuimonOnly() throws Exception {
        MqttListener source = (MqttListener) started();
        source.publish("suimon/values/pen1/do", bytes("7.1"), true);
        RawClient five = connected(5, "page");
        RawClient three = connected(4, "old");

        five.subscribe(1, "#", 0);
        assertThat(five.read()).matches(packet -> packet.type() == SUBACK && (packet.body()[3] & 0xff) == 0x87);
        five.subscribe(2, "$share/g/pens/#", 0);
        assertThat(five.read().body()[3] & 0xff).isEqualTo(0x87);
        five.subscribe(3, "suimon/a#", 0);
        assertThat(five.read().body()[3] & 0xff).isEqualTo(0x8f);
        three.subscribe(1, "pens/#", 0);
        assertThat(three.read().body()[2] & 0xff).isEqualTo(0x80);
        three.subscribe(2, "suimon/values/+/do", 2);
        assertThat(three.read().body()[2]).as("QoS 1 at most").isEqualTo((byte) 1);

        Packet retained = three.read();
        assertThat(retained.first()).isEqualTo(PUBLISH << 4 | 1 << 1 | 1);
        source.publish("suimon/values/pen1/do", bytes("7.2"), true);
        source.publish("suimon/alarms/low", bytes("x"), false);
        Packet live = three.read();
        assertThat(live.first()).isEqualTo(PUBLISH << 4 | 1 << 1);
        assertThat(new String(live.body(), StandardCharsets.UTF_8)).endsWith("7.2");
    }

    @Test
    void publishingBelowSuimonIsRefused() throws Exception {
        started();
        RawClient five = connected(5, "five");
        RawClient three = connected(4, "three");

        five.publish("suimon/values/x", 1, 3, false, "", "1");
        Packet answer = five.read();
        three.publish("suimon/values/x", 1, 3, false, "", "1");

        assertThat(answer.type()).isEqualTo(PUBACK);
        assertThat(answer.body()[2] & 0xff).isEqualTo(0x87);
        assertThat(three.readClosed()).isEqualTo(0);
        inbox.await(all -> all.refused() == 2);
        assertThat(inbox.waiting()).isEmpty();
    }

    @Test
    void aSubscriberThatNeverReadsIsCutOff() throws Exception {
        MqttListener source = (MqttListener) started();
        RawClient lazy = connected(4, "lazy");
        lazy.subscribe(1, "suimon/#", 0);
        assertThat(lazy.read().type()).isEqualTo(SUBACK);
        byte[] large = new byte[100_000];

        for (int count = 0; count < 1000 && !source.progress().state().startsWith("0"); count++) {
            source.publish("suimon/values/large", large, false);
            Thread.yield();
        }

        await(() -> source.progress().state().startsWith("0"));
    }

    @Test
    void unacknowledgedMessagesOfTheGatewayComeAgainInTheNextConnection() throws Exception {
        MqttListener source = (MqttListener) started();
        RawClient first = new RawClient(port(), 4).connect("siren", false, "");
        committing(() -> assertThat(first.read().type()).isEqualTo(CONNACK));
        first.subscribe(1, "suimon/alarms/#", 1);
        assertThat(first.read().type()).isEqualTo(SUBACK);
        source.publish("suimon/alarms/low", bytes("on"), false);
        Packet sent = first.read();
        first.close();
        await(() -> source.progress().state().startsWith("0"));

        RawClient second = new RawClient(port(), 4).connect("siren", false, "");

        assertThat(second.read().body()[0]).as("session present").isEqualTo((byte) 1);
        Packet again = second.read();
        assertThat(again.first()).isEqualTo(sent.first() | 8);
        assertThat(again.body()).isEqualTo(sent.body());
    }

    @Test
    void aWillIsDeliveredWhenItsClientVanishesAndNotWhenItSaysGoodbye() throws Exception {
        started();
        RawClient vanishing = new RawClient(port(), 4);
        vanishing.send(0x10, HexFormat.of().parseHex("00044d5154540406003c" + "0001" + "61" + "0001" + "77" + "0003" + "6f6666"));
        assertThat(vanishing.read().type()).isEqualTo(CONNACK);
        RawClient polite = new RawClient(port(), 4);
        polite.send(0x10, HexFormat.of().parseHex("00044d5154540406003c" + "0001" + "62" + "0001" + "78" + "0003" + "6f6666"));
        assertThat(polite.read().type()).isEqualTo(CONNACK);

        polite.send(0xe0, new byte[0]).readClosed();
        vanishing.close();

        inbox.awaitWaiting(1);
        assertThat(inbox.texts()).containsExactly("w off");
    }

    @Test
    void duplicatesAreMarkedForThoseWhoTakeTimeOnArrival() throws Exception {
        started();
        RawClient client = connected(4, "sensor");

        client.publish("t", 1, 9, true, "", "1");
        inbox.awaitWaiting(1);

        assertThat(inbox.waiting().getFirst()).isInstanceOfSatisfying(Delivery.Message.class, message ->
                assertThat(message.repeat()).isEqualTo(new Delivery.RepeatMark("sensor", 9, true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "300400017431",
        "ffffffffff",
        "100c00044d5154540902003c0000",
        "c000",
        "100f00044d5154540402003c0003c0af61"})
    void nonsenseIsCutOffAndCostsNobodyElse(String hex) throws Exception {
        started();
        RawClient good = connected(4, "good");
        RawClient bad = new RawClient(port(), 4);

        bad.bytes(HexFormat.of().parseHex(hex)).readClosed();

        good.publish("t", 1, 1, false, "", "still here");
        inbox.awaitWaiting(1);
        inbox.commit();
        assertThat(good.read().type()).isEqualTo(PUBACK);
    }

    @Test
    void aTooLargePacketClosesItsConnection() throws Exception {
        started();
        RawClient client = connected(5, "large");

        client.publish("t", 1, 1, false, "", "x".repeat(70_000));

        assertThat(client.readClosed()).isEqualTo(0x95);
        assertThat(inbox.waiting()).isEmpty();
        assertThat(inbox.refused()).isEqualTo(1);
    }

    @Test
    void whatIsNoGoodMqttIsToldWhatIsWrong() throws Exception {
        started();
        RawClient wildcard = connected(5, "wildcard");
        RawClient malformed = connected(5, "malformed");

        wildcard.publish("pens/+/do", 1, 1, false, "", "1");
        malformed.bytes(HexFormat.of().parseHex("3603000161"));

        assertThat(wildcard.readClosed()).isEqualTo(0x90);
        assertThat(malformed.readClosed()).as("QoS 3").isEqualTo(0x81);
    }

    /** A reading is one however late it comes, and its user properties stay with its sender. */
    @Test
    void aMessageWithExpiryAndUserPropertiesIsStoredLikeAnother() throws Exception {
        started();
        RawClient client = connected(5, "modern");

        client.publish("t", 1, 7, false, "0200000001" + "26000161000162", "1");
        inbox.awaitWaiting(1);
        inbox.commit();

        assertThat(client.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 7);
        assertThat(inbox.texts()).containsExactly("t 1");
    }

    @Test
    void usersAreCheckedAgainstTheFileAndTheirRoleSaysWhatTheyMay() throws Exception {
        Path users = folder.resolve("users");
        new CredentialFile(users).put("pen1", Role.DEVICE, "correct horse");
        new CredentialFile(users).put("city", Role.DATA, "data please");
        MqttListener guarded = new MqttListener(settings(users, 100, 100), inbox.context(folder), Login.of(users));
        listener = guarded;
        guarded.start();
        try (guarded) {
            RawClient nobody = new RawClient(port(), 5).connect("a", true, "");
            assertThat(nobody.read().body()[1] & 0xff).isEqualTo(0x86);
            RawClient wrong = login("pen1", "battery staple");
            assertThat(wrong.read().body()[1]).isEqualTo((byte) 4);
            RawClient right = login("pen1", "correct horse");
            assertThat(right.read().body()[1]).isEqualTo((byte) 0);
            right.close();
            await(() -> guarded.progress().state().startsWith("0"));
            RawClient reader = login("city", "data please");
            assertThat(reader.read().body()[1]).isEqualTo((byte) 0);
            reader.publish("t", 1, 1, false, "", "1");
            assertThat(reader.readClosed()).isZero();
            assertThat(inbox.waiting()).isEmpty();
        }
    }

    @Test
    void aClientThatLeavesDuringItsLoginLeavesNothingBehind() throws Exception {
        java.util.concurrent.CountDownLatch checked = new java.util.concurrent.CountDownLatch(1);
        java.util.concurrent.CountDownLatch checking = new java.util.concurrent.CountDownLatch(1);
        Login slow = (name, password) -> {
            checking.countDown();
            return awaited(checked) ? Login.Verdict.PUBLISHES : Login.Verdict.REFUSED;
        };
        MqttListener guarded = new MqttListener(settings(null, 1, 100), inbox.context(folder), slow);
        listener = guarded;
        guarded.start();
        try (guarded) {
            RawClient hasty = login("pen1", "correct horse");
            assertThat(awaited(checking)).isTrue();
            hasty.close();
            checked.countDown();

            // The place is free when the verdict on the one who left is in; until then it is refused.
            await(this::isAdmitted);
        }
    }

    @Test
    void aSessionThatIsToEndIsNoLongerKept() throws Exception {
        started();
        RawClient lasting = new RawClient(port(), 5).connect("logger", false, EXPIRY_HOUR);
        committing(() -> assertThat(lasting.read().type()).isEqualTo(CONNACK));
        lasting.publish("t", 2, 5, false, "", "once");
        inbox.awaitWaiting(1);

        RawClient ending = new RawClient(port(), 5).connect("logger", false, "");

        assertThat(ending.read().body()[0]).as("session present").isEqualTo((byte) 1);
        inbox.commit();
        assertThat(inbox.snapshot()).isEmpty();
    }

    @Test
    void anonymousBeyondLoopbackIsRefusedInTheConfiguration() {
        assertThatThrownBy(() -> new MqttListenerSettings("x", "0.0.0.0", 1883, null, null, new DataSize(1024), 10, 10,
                Duration.ofDays(1), List.of()))
                .hasMessage("address 0.0.0.0 can be reached from outside, so users is required; or listen on 127.0.0.1");
    }

    @Test
    void aTakenPortIsNamedWithItsRemedy() throws Exception {
        started();
        int taken = port();
        MqttListener second = new MqttListener(new MqttListenerSettings("second", "127.0.0.1", taken, null, null,
                new DataSize(65_536), 10, 10, Duration.ofDays(1), List.of()), inbox.context(folder), Login.ANYBODY);

        assertThatThrownBy(second::start).isInstanceOf(SourceLost.class)
                .hasMessageContaining("source second: can't listen on 127.0.0.1:" + taken)
                .hasMessageContaining("stop what uses the port, or set another");
    }

    /** The largest capture fits into a packet, where the configuration asks for that. */
    @Test
    void aPacketOfSixteenMebibytesComesThroughWhereItIsAllowed() throws Exception {
        MqttListener roomy = new MqttListener(new MqttListenerSettings("contract", "127.0.0.1", 0, null, null,
                new DataSize(17 << 20), 10, 10, Duration.ofDays(7), List.of()), inbox.context(folder), Login.ANYBODY);
        listener = roomy;
        roomy.start();
        try (roomy; RawClient camera = connected(5, "camera")) {
            camera.publish("t", 1, 7, false, "", "x".repeat(16 << 20));
            inbox.awaitWaiting(1);
            inbox.commit();

            assertThat(camera.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatCouldNotBeStoredIsTakenAgainFromTheNextConnection(int qos) throws Exception {
        started();
        RawClient camera = new RawClient(port(), 4).connect("camera", false, "");
        committing(() -> assertThat(camera.read().type()).isEqualTo(CONNACK));
        camera.publish("t", qos, 7, false, "", "picture");
        inbox.await(all -> pictures(all.waiting()).size() == 1);
        Receipt receipt = pictures(inbox.waiting()).getFirst().receipt();
        inbox.kill();
        receipt.failed();
        assertThat(camera.readClosed()).isZero();

        RawClient again = new RawClient(port(), 4).connect("camera", false, "");
        committing(() -> assertThat(again.read().type()).isEqualTo(CONNACK));
        again.publish("t", qos, 7, true, "", "picture");

        inbox.await(all -> pictures(all.waiting()).size() == 1);
        inbox.commit();
        assertThat(again.read()).matches(packet -> packet.type() == (qos == 1 ? PUBACK : PUBREC) && packet.id() == 7);
        again.close();
    }

    private static List<Delivery> pictures(List<Delivery> waiting) {
        return waiting.stream().filter(Delivery.Message.class::isInstance).toList();
    }

    private MqttListenerSettings settings(@Nullable Path users, int clients, int window) {
        return new MqttListenerSettings("contract", "127.0.0.1", 0, users, null, new DataSize(65_536), clients, window,
                Duration.ofDays(7), List.of());
    }

    private RawClient connected(int version, String name) throws Exception {
        RawClient client = new RawClient(port(), version).connect(name, true, "");
        Packet answer = client.read();
        assertThat(answer.type()).isEqualTo(CONNACK);
        assertThat(answer.body()[1]).isEqualTo((byte) 0);
        return client;
    }

    private boolean isAdmitted() {
        try (RawClient next = login("pen1", "correct horse")) {
            return next.read().body()[1] == 0;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private RawClient login(String user, String password) throws Exception {
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        java.io.DataOutputStream fields = new java.io.DataOutputStream(body);
        fields.writeUTF("MQTT");
        fields.write(new byte[] {4, (byte) 0xc2, 0, 60});
        fields.writeUTF("client");
        fields.writeUTF(user);
        fields.writeUTF(password);
        return new RawClient(port(), 4).send(0x10, body.toByteArray());
    }

    private static boolean awaited(java.util.concurrent.CountDownLatch latch) {
        try {
            return latch.await(60, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs a step that needs commits on the way. */
    private void committing(Step step) throws Exception {
        Thread committer = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                inbox.commit();
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
        });
        try {
            step.run();
            await(() -> inbox.waiting().isEmpty());
            inbox.commit();
        } finally {
            committer.interrupt();
            committer.join();
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private int port() {
        MqttListener running = listener;
        return running == null ? 0 : running.port();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
