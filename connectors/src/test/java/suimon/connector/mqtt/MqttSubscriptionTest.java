package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;
import suimon.connector.mqtt.RawClient.Packet;
import suimon.pipeline.Outlet;

/** What a subscriber below {@code suimon/} is sent, and how much of it at once. */
class MqttSubscriptionTest extends DeviceSite {
    private static final int PUBLISH = 3;
    private static final String VALUE = "suimon/values/pen1/do";

    /** A client of MQTT 5 and what it got, as {@code topic payload retained [identifiers]}. */
    private final class Five implements MqttCallback, AutoCloseable {
        private final ConcurrentLinkedQueue<String> got = new ConcurrentLinkedQueue<>();
        private final MqttAsyncClient client;
        private boolean isClosed;

        Five(String name) throws Exception {
            client = new MqttAsyncClient("tcp://127.0.0.1:" + port(), name, new MemoryPersistence());
            client.setCallback(this);
            client.connect().waitForCompletion(60_000);
        }

        void subscribe(String filter, int retainHandling, boolean keepsRetain, int identifier) throws Exception {
            MqttSubscription wanted = new MqttSubscription(filter, 1);
            wanted.setRetainHandling(retainHandling);
            wanted.setRetainAsPublished(keepsRetain);
            MqttProperties properties = new MqttProperties();
            if (identifier > 0) {
                properties.setSubscriptionIdentifier(identifier);
            }
            client.subscribe(new MqttSubscription[] {wanted}, null, null, properties).waitForCompletion(60_000);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            MqttProperties properties = message.getProperties();
            got.add(topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8)
                    + (message.isRetained() ? " retained" : "")
                    + (properties == null || properties.getSubscriptionIdentifiers().isEmpty() ? ""
                            : " " + properties.getSubscriptionIdentifiers()));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String server) {}

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {}

        @Override
        public void close() throws MqttException {
            leave();
        }

        void leave() throws MqttException {
            if (!isClosed) {
                isClosed = true;
                client.disconnectForcibly(0, 100, false);
                client.close();
            }
        }
    }

    /** Of MQTT 3.1.1, whose listeners per filter don't know shared ones. */
    private record Counting(AtomicInteger count) implements org.eclipse.paho.client.mqttv3.MqttCallback {
        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
            count.incrementAndGet();
        }

        @Override
        public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
    }

    @Test
    void whoSharesASubscriptionGetsEachMessageOnceBetweenThem() throws Exception {
        MqttListener site = listening();
        inbox.commitsByItself();
        var third = new org.eclipse.paho.client.mqttv3.MqttClient("tcp://127.0.0.1:" + port(), "third",
                new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
        try (Five first = new Five("first"); Five second = new Five("second"); Five alone = new Five("alone")) {
            AtomicInteger thirds = new AtomicInteger();
            third.connect();
            third.setCallback(new Counting(thirds));
            third.subscribe("$share/crew/suimon/values/#", 1);
            first.subscribe("$share/crew/suimon/values/#", 0, false, 7);
            second.subscribe("$share/crew/suimon/values/#", 0, false, 0);
            alone.subscribe("suimon/#", 0, false, 0);

            IntStream.rangeClosed(1, 30).forEach(value -> site.publish(VALUE, bytes("" + value), false));

            await(() -> first.got.size() + second.got.size() + thirds.get() >= 30 && alone.got.size() >= 30);
            assertThat(first.got).hasSize(10).allMatch(text -> text.endsWith("[7]"));
            assertThat(second.got).hasSize(10).doesNotContainAnyElementsOf(first.got);
            assertThat(thirds).hasValue(10);
            assertThat(alone.got).containsExactlyElementsOf(
                    IntStream.rangeClosed(1, 30).mapToObj(value -> VALUE + " " + value).toList());
            second.leave();
            await(() -> site.progress().state().startsWith("3"));
            IntStream.rangeClosed(31, 40).forEach(value -> site.publish(VALUE, bytes("" + value), false));
            await(() -> first.got.size() + thirds.get() == 30);
        } finally {
            third.disconnectForcibly(0, 100, false);
            third.close();
        }
    }

    @Test
    void overlappingSubscriptionsBringOneMessageWithAllTheirIdentifiers() throws Exception {
        MqttListener site = listening();
        RawClient page = connected(5, "page");
        assertThat(page.subscribe(1, "suimon/#", 0, "0b05").read().body()[3]).isEqualTo((byte) 0);
        assertThat(page.subscribe(2, "suimon/values/+/do", 1, "0b8101").read().body()[3]).isEqualTo((byte) 1);

        site.publish(VALUE, bytes("7.1"), false);

        Packet sent = page.read();
        assertThat(sent.first()).as("the higher QoS of the two").isEqualTo(PUBLISH << 4 | 1 << 1);
        assertThat(sent.toString()).as("identifiers 5 and 129").contains("0b050b8101");
        page.subscribe(3, "suimon/#", 0, "0b00");
        assertThat(page.readClosed()).as("there is no identifier 0").isEqualTo(0x82);
    }

    @Test
    void retainHandlingAndRetainAsPublishedAreHonoured() throws Exception {
        MqttListener site = listening();
        site.publish(VALUE, bytes("old"), true);
        try (Five always = new Five("always"); Five once = new Five("once"); Five never = new Five("never")) {
            always.subscribe(VALUE, 0, true, 3);
            await(() -> always.got.size() == 1);
            always.subscribe(VALUE, 0, true, 0);
            await(() -> always.got.size() == 2);
            once.subscribe(VALUE, 1, false, 0);
            await(() -> once.got.size() == 1);
            once.subscribe(VALUE, 1, false, 0);
            never.subscribe(VALUE, 2, false, 0);

            site.publish(VALUE, bytes("new"), true);

            await(() -> always.got.size() == 3 && once.got.size() == 2 && never.got.size() == 1);
            assertThat(always.got).containsExactly(VALUE + " old retained [3]", VALUE + " old retained", VALUE + " new retained");
            assertThat(once.got).containsExactly(VALUE + " old retained", VALUE + " new");
            assertThat(never.got).containsExactly(VALUE + " new");
        }
    }

    @Test
    void whoSubscribesToAlarmsIsToldThoseThatStandMarkedAsRetained() throws Exception {
        MqttListener site = listening();
        site.standing(() -> {
            // Between the question and the answer the second one changes; what was said of it is newer.
            site.publish("suimon/alarms/high", bytes("cleared"), false);
            return List.of(new Outlet.Message("suimon/alarms/low", bytes("active")),
                    new Outlet.Message("suimon/alarms/high", bytes("active")));
        });
        RawClient lamp = connected(5, "lamp");
        RawClient values = connected(5, "values");

        assertThat(values.subscribe(1, "suimon/values/#", 0).read().type()).isEqualTo(SUBACK);
        assertThat(lamp.subscribe(1, "suimon/alarms/#", 1).read().type()).isEqualTo(SUBACK);

        List<String> told = List.of(alarm(lamp.read()), alarm(lamp.read()));
        assertThat(told).containsExactly("suimon/alarms/high cleared", "suimon/alarms/low active retained");
        assertThat(lamp.subscribe(2, "suimon/alarms/#", 1 | 2 << 4).read().type()).as("retain handling 2").isEqualTo(SUBACK);
        site.publish("suimon/alarms/end", bytes("x"), false);
        assertThat(alarm(lamp.read())).isEqualTo("suimon/alarms/end x");
    }

    /** A lamp that was away while the alarm came, and does not subscribe again. */
    @Test
    void whoComesBackToItsSessionIsToldTheAlarmsThatStand() throws Exception {
        MqttListener site = listening();
        inbox.commitsByItself();
        RawClient lamp = accepted(new RawClient(port(), 5).connect("lamp", false, "1100000e10"));
        assertThat(lamp.subscribe(1, "suimon/alarms/#", 1).read().type()).isEqualTo(SUBACK);
        lamp.close();
        await(() -> site.progress().state().startsWith("0"));
        site.standing(() -> List.of(new Outlet.Message("suimon/alarms/low", bytes("active"))));

        RawClient back = new RawClient(port(), 5).connect("lamp", false, "1100000e10");

        assertThat(back.read().body()[0]).as("session present").isEqualTo((byte) 1);
        assertThat(alarm(back.read())).isEqualTo("suimon/alarms/low active");
    }

    private static String alarm(Packet packet) {
        String text = new String(packet.body(), StandardCharsets.UTF_8);
        String[] payloads = {"cleared", "active", "x"};
        String payload = java.util.Arrays.stream(payloads).filter(text::endsWith).findFirst().orElse(text);
        return topic(packet) + " " + payload + ((packet.first() & 1) == 1 ? " retained" : "");
    }

    @Test
    void aSubscriberIsSentNoMoreThanItsReceiveMaximumEvenWhenItComesBackWithASmallerOne() throws Exception {
        MqttListener site = listening();
        inbox.commitsByItself();
        RawClient first = accepted(new RawClient(port(), 5).connect("lamp", false, "1100000e10210003"));
        assertThat(first.subscribe(1, "suimon/alarms/#", 1).read().type()).isEqualTo(SUBACK);
        for (int alarm = 1; alarm <= 6; alarm++) {
            site.publish("suimon/alarms/" + alarm, bytes("on"), false);
        }
        for (int alarm = 1; alarm <= 3; alarm++) {
            assertThat(topic(first.read())).isEqualTo("suimon/alarms/" + alarm);
        }
        assertThat(first.isSilentFor(200)).isTrue();
        first.acknowledge(1);
        assertThat(topic(first.read())).isEqualTo("suimon/alarms/4");
        first.close();
        await(() -> site.progress().state().startsWith("0"));

        RawClient second = new RawClient(port(), 5).connect("lamp", false, "1100000e10210001");
        assertThat(second.read().body()[0]).as("session present").isEqualTo((byte) 1);

        for (int alarm = 2; alarm <= 4; alarm++) {
            Packet again = second.read();
            assertThat(topic(again)).isEqualTo("suimon/alarms/" + alarm);
            assertThat(again.first() & 8).as("a repeat").isEqualTo(8);
            assertThat(second.isSilentFor(100)).isTrue();
            second.acknowledge(alarm);
        }
        site.publish("suimon/alarms/7", bytes("on"), false);
        assertThat(topic(second.read())).isEqualTo("suimon/alarms/7");
    }

    /** MQTT 5, 3.1.2.11.4: it is as if the message had been delivered. */
    @Test
    void aSubscriberIsNotSentWhatItCanNotTake() throws Exception {
        MqttListener site = listening();
        RawClient small = accepted(new RawClient(port(), 5).connect("small", true, "2700000040"));
        assertThat(small.subscribe(1, "suimon/#", 1).read().type()).isEqualTo(SUBACK);

        site.publish("suimon/values/large", new byte[64], false);
        site.publish("suimon/values/small", bytes("1"), false);

        assertThat(topic(small.read())).isEqualTo("suimon/values/small");
        RawClient nonsense = new RawClient(port(), 5).connect("nonsense", true, "210000");
        assertThat(nonsense.read().body()[1] & 0xff).as("receive maximum 0").isEqualTo(0x82);
    }

    @Test
    void whatHasWaitedTooLongIsNotSentAnyMoreAndTheRestOfItsLifeIsSaid() throws Exception {
        MqttListener site = listening();
        RawClient slow = accepted(new RawClient(port(), 5).connect("slow", true, "210001"));
        assertThat(slow.subscribe(1, "suimon/#", 1).read().type()).isEqualTo(SUBACK);
        for (int value = 1; value <= 3; value++) {
            site.publish(VALUE, bytes("" + value), false);
        }
        site.publish("suimon/alarms/low", bytes("on"), false);
        assertThat(slow.read().toString()).as("600 s").contains("05" + "02" + "00000258");

        clock.step(Duration.ofMinutes(4));
        slow.acknowledge(1);
        assertThat(slow.read().toString()).as("360 s").contains("05" + "02" + "00000168");
        clock.step(Duration.ofMinutes(6));
        slow.acknowledge(2);

        Packet alarm = slow.read();
        assertThat(topic(alarm)).as("the third value is over, the alarm is not").isEqualTo("suimon/alarms/low");
    }

    @Test
    void aSharedSubscriptionWithoutLocalMessagesIsAnError() throws Exception {
        listening();
        RawClient client = connected(5, "nonsense");

        client.subscribe(1, "$share/crew/suimon/#", 1 | 4);

        assertThat(client.readClosed()).isEqualTo(0x82);
        RawClient other = connected(5, "other");
        for (String filter : List.of("$share//suimon/#", "$share/a+/suimon/#", "$share/crew", "$share/crew/")) {
            assertThat(other.subscribe(1, filter, 0).read().body()[3] & 0xff).as(filter).isEqualTo(0x8f);
        }
    }

    private static String topic(Packet packet) {
        int length = (packet.body()[0] & 0xff) << 8 | packet.body()[1] & 0xff;
        return new String(packet.body(), 2, length, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
