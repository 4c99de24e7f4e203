package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import suimon.pipeline.Delivery;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;

/** The client source against a real Mosquitto; one subclass per version of MQTT. */
abstract class MqttClientContract extends SourceContract {
    private final String version;
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init")
    MqttClientContract(String version) {
        this.version = version;
    }

    @BeforeEach
    final void startBroker() throws Exception {
        broker = new Mosquitto(folder.resolve("broker")).start();
    }

    @AfterEach
    final void stopBroker() {
        broker.close();
    }

    @Override
    protected Source open(SourceContext context) {
        return new MqttClientSource(settings(version, broker.port(), List.of("pens/#")), context);
    }

    @Override
    protected void send(int values) throws Exception {
        publish(1, values);
    }

    @Override
    protected String lastOf(int values) {
        return "pens/1 " + values;
    }

    @Test
    void messagesPublishedWhileTheBrokerWasRestartedArriveOnce() throws Exception {
        subscribed();
        publish(1, 5);
        inbox.awaitWaiting(5);
        inbox.commit();
        publish(6, 10);
        inbox.awaitWaiting(5);

        broker.stop();
        broker.start();
        publish(11, 15);
        inbox.await(all -> all.waiting().size() >= 15);
        inbox.commit();

        List<String> texts = inbox.texts();
        for (int value = 1; value <= 15; value++) {
            boolean wasUnacknowledged = value >= 6 && value <= 10;
            assertThat(Collections.frequency(texts, lastOf(value))).as("value %d", value)
                    .isEqualTo(wasUnacknowledged ? 2 : 1);
        }
    }

    @Test
    void whatIsPublishedWhileTheGatewayIsAwayArrivesOnceWhenItIsBack() throws Exception {
        Source first = subscribed();
        publish(1, 3);
        inbox.awaitWaiting(3);
        inbox.commit();
        acknowledged(first);
        publish(4, 4);
        inbox.awaitWaiting(1);
        inbox.kill();
        first.close();
        publish(5, 6);

        subscribed();
        inbox.awaitWaiting(3);
        inbox.commit();

        assertThat(inbox.texts()).containsExactlyInAnyOrder(
                lastOf(1), lastOf(2), lastOf(3), lastOf(4), lastOf(5), lastOf(6));
    }

    @Test
    void whatTheBrokerSendsAgainIsMarked() throws Exception {
        Source first = subscribed();
        publish(1, 1);
        inbox.awaitWaiting(1);
        inbox.kill();
        first.close();

        subscribed();
        inbox.awaitWaiting(1);

        assertThat(inbox.waiting().getFirst()).isInstanceOfSatisfying(Delivery.Message.class, message ->
                assertThat(message.repeat()).matches(mark -> mark != null && mark.duplicate()));
    }

    @Test
    void aFullInboxHoldsTheBrokerBackAndLosesNothing() throws Exception {
        subscribed();
        inbox.capacity(7);
        publish(1, 40);

        for (int last = 7; last <= 35; last += 7) {
            inbox.awaitWaiting(7);
            inbox.commit();
        }
        inbox.awaitWaiting(5);
        inbox.commit();

        assertThat(inbox.texts()).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aBrokerThatIsNotThereIsWaitedFor() throws Exception {
        broker.stop();
        Source source = started();
        await(() -> source.progress().state().contains("check the broker's address"));
        assertThat(source.progress().healthy()).isFalse();

        broker.start();

        await(() -> source.progress().healthy());
    }

    @Test
    void retainedMessagesOfThePastAreNotTakenForNewOnes() throws Exception {
        try (MqttClient client = publisher()) {
            client.publish("pens/1", "old".getBytes(StandardCharsets.UTF_8), 1, true);
            client.disconnect();
        }
        subscribed();
        publish(1, 1);

        inbox.awaitWaiting(1);

        assertThat(inbox.texts()).containsExactly(lastOf(1));
    }

    @Override
    protected void ready(Source source) throws Exception {
        await(() -> source.progress().state().startsWith("subscribed"));
    }

    private Source subscribed() throws Exception {
        Source source = started();
        ready(source);
        return source;
    }

    private static void acknowledged(Source source) throws Exception {
        await(() -> source.progress().lastProgressAt() != null);
    }

    private void publish(int first, int last) throws Exception {
        try (MqttClient client = publisher()) {
            for (int value = first; value <= last; value++) {
                client.publish("pens/1", String.valueOf(value).getBytes(StandardCharsets.UTF_8), 1, false);
            }
            client.disconnect();
        }
    }

    private MqttClient publisher() throws Exception {
        MqttClient client = new MqttClient(
                "tcp://127.0.0.1:" + broker.port(), MqttClient.generateClientId(), new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        // Paho ends its wait for an acknowledgement before it takes the message off its count of ten.
        options.setMaxInflight(1000);
        client.connect(options);
        return client;
    }

    static MqttClientSettings settings(String version, int port, List<String> topics) {
        return new MqttClientSettings("contract", URI.create("mqtt://127.0.0.1:" + port), version, null, null, null,
                null, topics, 1, 100, false, Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofMillis(300),
                Set.of(), List.of());
    }
}
