package suimon.connector.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import suimon.connector.mqtt.Mosquitto;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;

/** The contract of all sources, and what only shows at a broker, against a real Mosquitto. */
class SparkplugContractTest extends SourceContract {
    private static final String STATE = "spBv1.0/STATE/suimon";

    private Mosquitto broker;
    private @Nullable MqttClient edge;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private int sequence;

    @SuppressWarnings("NullAway.Init")
    SparkplugContractTest() {}

    @BeforeEach
    void startBroker() throws Exception {
        broker = new Mosquitto(folder.resolve("broker")).start();
    }

    @AfterEach
    void stopBroker() throws Exception {
        if (edge != null) {
            edge.disconnectForcibly(0, 200);
            edge.close();
        }
        broker.close();
    }

    @Override
    protected Source open(SourceContext context) {
        return new SparkplugSource(new SparkplugSettings("contract", URI.create("mqtt://127.0.0.1:" + broker.port()),
                null, null, null, null, List.of("g"), "suimon", "{node}/{metric}", Duration.ofSeconds(5),
                Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(1)), context);
    }

    @Override
    protected void ready(Source source) throws InterruptedException {
        await(() -> source.progress().healthy());
    }

    @Override
    protected void send(int values) throws Exception {
        born();
        for (int value = 1; value <= values; value++) {
            say("NDATA", Uttered.payload(value, ++sequence & 255).metric(Uttered.aliased(1).whole(value)));
        }
    }

    @Override
    protected String lastOf(int values) {
        return "n/level " + values;
    }

    /** A birth is a delivery too, so that one value more waits than was sent. */
    private void born() throws Exception {
        if (edge == null) {
            connect();
        }
        sequence = 0;
        say("NBIRTH", Uttered.payload(1, 0).metric(Uttered.named("bdSeq", 4).number(11, 0))
                .metric(Uttered.named("level", 3).alias(1).whole(0)));
    }

    @Test
    void theHostSaysThatItIsThereAndThatItLeft() throws Exception {
        connect();
        client().subscribe(STATE, 1);

        Source source = started();
        ready(source);
        String there = heard.poll(60, TimeUnit.SECONDS);
        source.close();
        String gone = heard.poll(60, TimeUnit.SECONDS);

        assertThat(there).matches("\\{\"online\":true,\"timestamp\":\\d+}");
        assertThat(gone).isEqualTo(String.valueOf(there).replace("true", "false"));
    }

    @Test
    void aNodeThatWasBornBeforeTheGatewayIsAskedForItsBirth() throws Exception {
        connect();
        client().subscribe("spBv1.0/g/NCMD/n", 0);
        ready(started());

        say("NDATA", Uttered.payload(1, 7).metric(Uttered.aliased(1).whole(5)));
        String asked = heard.poll(60, TimeUnit.SECONDS);
        born();
        say("NDATA", Uttered.payload(2, 1).metric(Uttered.aliased(1).whole(6)));

        assertThat(asked).contains("Node Control/Rebirth");
        inbox.await(all -> all.texts().contains("n/level 6"));
    }

    @Test
    void afterTheBrokerWasAwayTheGapIsToldAndTheNodeAskedAgain() throws Exception {
        ready(started());
        send(1);
        inbox.await(all -> all.texts().contains("n/level 1"));

        broker.stop();
        broker.start();
        connect();
        client().subscribe("spBv1.0/g/NCMD/n", 0);
        inbox.await(all -> all.texts().stream().anyMatch(text -> text.startsWith("lost  no connection to")));
        // It may have been asked before it was back itself; then it is asked at its next message.
        String asked = null;
        for (int attempt = 0; attempt < 120 && asked == null; attempt++) {
            say("NDATA", Uttered.payload(2, ++sequence & 255).metric(Uttered.aliased(1).whole(2)));
            asked = heard.poll(500, TimeUnit.MILLISECONDS);
        }

        assertThat(asked).contains("Node Control/Rebirth");
    }

    private void connect() throws Exception {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + broker.port(), "edge" + System.nanoTime(),
                new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(1000);
        client.connect(options);
        client.setCallback(new org.eclipse.paho.client.mqttv3.MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {}

            @Override
            public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
                heard.add(new String(message.getPayload(), StandardCharsets.UTF_8));
            }

            @Override
            public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
        });
        edge = client;
    }

    private MqttClient client() {
        MqttClient client = edge;
        if (client == null) {
            throw new IllegalStateException("not connected");
        }
        return client;
    }

    private void say(String kind, Uttered payload) throws Exception {
        client().publish("spBv1.0/g/" + kind + "/n", payload.bytes(), 0, false);
    }
}
