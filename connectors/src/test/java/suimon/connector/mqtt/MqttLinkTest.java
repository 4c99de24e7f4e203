package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.config.Secret;
import suimon.hub.GateContext;
import suimon.hub.Pair;
import suimon.hub.Reception;
import suimon.hub.Traffic;

class MqttLinkTest {
    @TempDir
    Path folder = Path.of("");

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    @Test
    void anUplinkDrainsOverRealSocketsAlsoWhenTheGateIsRestarted() throws Exception {
        try (Pair pair = new Pair(folder, 31, 2000)) {
            new Traffic(31).commit(pair.log(), 40);
            MqttGate first = gate(pair.hub(), 0);
            int port = URI.create(first.address()).getPort();

            pair.startUplink(takes -> link(port, null, takes));
            first.close();
            try (MqttGate second = gate(pair.hub(), port)) {
                new Traffic(32).commit(pair.log(), 20);
                pair.awaitDrained();

                assertThat(second.address()).isEqualTo("mqtt://127.0.0.1:" + port);
            }
        }
    }

    @Test
    void onlyTheTokenOpensTheGate() throws Exception {
        try (MqttGate gate = gate(new Echo("pen-1", "s3cret"), 0)) {
            int port = URI.create(gate.address()).getPort();
            try (MqttLink wrong = link(port, secret("guess"), this::take);
                    MqttLink right = link(port, secret("s3cret"), this::take)) {
                assertThatThrownBy(() -> wrong.send(bytes("x"))).isInstanceOf(LinkDown.class)
                        .hasMessageContaining("check the hub's address, the token and the certificate");

                right.send(bytes("hello"));

                assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("pen-1 hello");
            }
        }
    }

    @Test
    void aHubThatIsSlowHoldsTheSenderBackAndALostMessageIsTold() throws Exception {
        CountDownLatch disk = new CountDownLatch(1);
        Echo slow = new Echo("pen-1", "");
        slow.disk = disk;
        try (MqttGate gate = gate(slow, 0);
                MqttLink link = link(URI.create(gate.address()).getPort(), null, this::take)) {
            for (int count = 0; count < MqttLink.IN_FLIGHT_MAX; count++) {
                link.send(bytes("m" + count));
            }
            Thread late = Thread.ofVirtual().start(() -> {
                try {
                    link.send(bytes("late"));
                } catch (LinkDown | InterruptedException e) {
                    answers.add(String.valueOf(e.getMessage()));
                }
            });
            assertThat(late.join(Duration.ofMillis(200))).as("waits for room").isFalse();

            disk.countDown();
            late.join();

            List<String> got = new ArrayList<>();
            while (got.size() < MqttLink.IN_FLIGHT_MAX + 1) {
                got.add(String.valueOf(answers.poll(60, TimeUnit.SECONDS)));
            }
            assertThat(got).startsWith("pen-1 m0").endsWith("pen-1 late");
            stop(gate);
            assertThatThrownBy(() -> {
                for (int count = 0; count < 20; count++) {
                    link.send(bytes("lost"));
                }
            }).isInstanceOf(LinkDown.class);
        }
    }

    @Test
    void aGatewayThatIsRevokedIsCutOffAtOnce() throws Exception {
        Echo hub = new Echo("pen-1", "s3cret");
        try (MqttGate gate = gate(hub, 0);
                MqttLink link = link(URI.create(gate.address()).getPort(), secret("s3cret"), this::take)) {
            link.send(bytes("hello"));
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("pen-1 hello");

            hub.isRevoked = true;
            gate.cutOff("pen-1");

            assertThatThrownBy(() -> {
                for (int count = 0; count < 2000; count++) {
                    link.send(bytes("more"));
                    answers.clear();
                    Thread.sleep(5);
                }
            }).isInstanceOf(LinkDown.class);
        }
    }

    @Test
    void aHubThatIsNotThereIsNamed() {
        try (MqttLink link = link(1, null, this::take)) {
            assertThatThrownBy(() -> link.send(bytes("x"))).isInstanceOf(LinkDown.class)
                    .hasMessageStartingWith("mqtt://127.0.0.1:1: Connection refused");
        }
    }

    @Test
    void aTokenIsNeverSentInTheClear() {
        assertThatThrownBy(() -> new MqttLinkSettings(URI.create("mqtt://hub.example.jp"),
                new Secret("env:TOKEN"), null, Duration.ofSeconds(1)))
                .hasMessage("'mqtt://hub.example.jp' would send the token in the clear; use mqtts://");
        assertThatThrownBy(() -> new MqttGateSettings("gate", "0.0.0.0", 8883, null, 10))
                .hasMessageContaining("so tls is required");
    }

    /** Answers with what it got. */
    private static final class Echo implements Reception {
        private volatile boolean isRevoked;
        private final String known;
        private final String token;
        private @Nullable CountDownLatch disk;

        Echo(String known, String token) {
            this.known = known;
            this.token = token;
        }

        @Override
        public boolean admits(
                String gateway, String offered, @Nullable X509Certificate shown, boolean loopback) {
            return !isRevoked && gateway.equals(known) && offered.equals(token) && loopback;
        }

        @Override
        public byte[] receive(String gateway, byte[] message) throws InterruptedException {
            if (disk != null) {
                disk.await();
            }
            return bytes(gateway + " " + new String(message, StandardCharsets.UTF_8));
        }
    }

    private MqttGate gate(Reception reception, int port) throws Exception {
        MqttGate gate = new MqttGate(new MqttGateSettings("gate", "127.0.0.1", port, null, 10),
                new GateContext(reception, folder, Clock.systemUTC()));
        gate.start();
        return gate;
    }

    private MqttLink link(int port, @Nullable Secret token, Consumer<byte[]> takes) {
        return new MqttLink(
                new MqttLinkSettings(URI.create("mqtt://127.0.0.1:" + port), token, null, Duration.ofSeconds(5)),
                new LinkContext(Pair.GATEWAY, "hub", takes, folder, Clock.systemUTC()));
    }

    private static void stop(MqttGate gate) {
        gate.close();
    }

    private Secret secret(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("token-" + text), text);
        return new Secret("file:" + file);
    }

    private void take(byte[] answer) {
        answers.add(new String(answer, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
