package suimon.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.backhaul.WayOut;
import suimon.connector.http.HttpsGateFactory;
import suimon.connector.http.HttpsGateSettings;
import suimon.connector.http.HttpsLinkFactory;
import suimon.connector.http.HttpsLinkSettings;
import suimon.connector.mqtt.MqttGateFactory;
import suimon.connector.mqtt.MqttGateSettings;
import suimon.connector.mqtt.MqttLinkFactory;
import suimon.connector.mqtt.MqttLinkSettings;
import suimon.connector.tls.CountingWay;
import suimon.connector.tls.OpenSsl;
import suimon.connector.tls.TlsFiles;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.Reception;
import suimon.pipeline.FreePorts;

/** A link takes the way out of the site that it is told, and spares its bytes. */
class WayTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final WayOut FROM_TWO = new WayOut("sim", null, "127.0.0.2", Duration.ofMillis(100), Duration.ZERO);

    @TempDir
    Path folder = Path.of("");

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    @BeforeEach
    void makeCertificate() throws Exception {
        OpenSsl.certificate(folder, "hub", 2);
    }

    @Test
    void overMqttItComesFromItsAddressAndTheSecondHandshakeIsAbbreviated() throws Exception {
        try (Gate gate = mqttGate();
                CountingWay way = new CountingWay(URI.create(gate.address()).getPort());
                Link link = mqtt(way.port(), FROM_TWO)) {
            checkTwoConnections(link, way);
        }
    }

    @Test
    void overHttpsItComesFromItsAddressAndTheSecondHandshakeIsAbbreviated() throws Exception {
        int port = FreePorts.next();
        try (Gate gate = new HttpsGateFactory().open(new HttpsGateSettings("gate", "127.0.0.1", port,
                        folder.resolve("hub.crt"), folder.resolve("hub.key"), null), hub());
                CountingWay way = new CountingWay(port);
                Link link = new HttpsLinkFactory().open(new HttpsLinkSettings(
                        URI.create("https://127.0.0.1:" + way.port()), null, folder.resolve("hub.crt"), PATIENCE),
                        context(FROM_TWO))) {
            gate.start();
            checkTwoConnections(link, way);
        }
    }

    /** The hub's certificate and its proof, some 600 bytes, come once. */
    private void checkTwoConnections(Link link, CountingWay way) throws Exception {
        long[] bytes = new long[2];
        for (int round = 0; round < 2; round++) {
            link.send("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
            bytes[round] = way.passages.get(round).down().get();
            link.reset();
        }

        assertThat(way.passages).hasSize(2).extracting(CountingWay.Passage::from).containsOnly("127.0.0.2");
        assertThat(bytes[0] - bytes[1]).as("%d bytes came at first, %d then", bytes[0], bytes[1]).isGreaterThan(400);
    }

    @Test
    void twoPathsOfOneGatewayStandBesideEachOther() throws Exception {
        try (Gate gate = mqttGate();
                Link fibre = mqtt(URI.create(gate.address()).getPort(), named("fibre"));
                Link sim = mqtt(URI.create(gate.address()).getPort(), named("sim"))) {
            for (int round = 0; round < 5; round++) {
                fibre.send(("fibre " + round).getBytes(StandardCharsets.UTF_8));
                assertThat(answers.poll(60, TimeUnit.SECONDS)).startsWith("fibre " + round);
                sim.send(("sim " + round).getBytes(StandardCharsets.UTF_8));
                assertThat(answers.poll(60, TimeUnit.SECONDS)).startsWith("sim " + round);
            }
        }
    }

    @Test
    void anInterfaceThatIsNotThereIsNamedAndOneThatIsGivesItsAddress() throws Exception {
        WayOut gone = new WayOut("sim", "wwan7", null, Duration.ZERO, Duration.ZERO);
        try (Link link = mqtt(1, gone)) {
            assertThatThrownBy(() -> link.send(new byte[] {1})).isInstanceOf(LinkDown.class)
                    .hasMessageStartingWith("network interface wwan7 isn't there; check the modem");
        }
        assertThat(new WayOut("loop", "lo", null, Duration.ZERO, Duration.ZERO).source())
                .hasToString("/127.0.0.1");
        assertThat(WayOut.ANY.source()).isNull();
    }

    @Test
    void aConnectIsGivenFourRoundTrips() {
        WayOut slow = new WayOut("sat", null, null, Duration.ofSeconds(20), Duration.ZERO);

        assertThat(slow.connectWithin(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(80));
        assertThat(WayOut.ANY.connectWithin(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    }

    private static WayOut named(String name) {
        return new WayOut(name, null, null, Duration.ZERO, Duration.ZERO);
    }

    private Gate mqttGate() throws Exception {
        Gate gate = new MqttGateFactory().open(new MqttGateSettings("gate", "127.0.0.1", 0,
                new TlsFiles(folder.resolve("hub.crt"), folder.resolve("hub.key"), null), 10), hub());
        gate.start();
        return gate;
    }

    private Link mqtt(int port, WayOut way) {
        return new MqttLinkFactory().open(new MqttLinkSettings(URI.create("mqtts://127.0.0.1:" + port), null,
                new TlsFiles(null, null, folder.resolve("hub.crt")), PATIENCE), context(way));
    }

    private LinkContext context(WayOut way) {
        return new LinkContext("pen-1", "hub", answer -> answers.add(new String(answer, StandardCharsets.UTF_8)),
                folder, Clock.systemUTC(), way);
    }

    private GateContext hub() {
        return new GateContext(new Reception() {
            @Override
            public boolean admits(
                    String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
                return true;
            }

            @Override
            public byte[] receive(String gateway, byte[] message) {
                return message;
            }
        }, folder, Clock.systemUTC());
    }
}
