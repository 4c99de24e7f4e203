package suimon.connector.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.config.DataSize;
import suimon.config.Secret;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.LinkContract;
import suimon.hub.Pair;
import suimon.pipeline.FreePorts;

/** The contract of every link, by datagrams over UDP. */
class DatagramLinkContractTest extends LinkContract {
    private static final int TRIES = 10;

    private int port;
    private int up = 1200;
    private int down = 1200;
    private @Nullable LossyRelay relay;

    @AfterEach
    void closeRelay() {
        if (relay != null) {
            relay.close();
        }
    }

    @Override
    protected Gate openGate(GateContext context) throws Exception {
        if (port == 0) {
            port = FreePorts.next();
        }
        return new DatagramGateFactory().open(new DatagramGateSettings("gate", "127.0.0.1", port, null,
                Map.of(Pair.GATEWAY, new DatagramGateSettings.Keyed(
                        1, secret(TOKEN), new DataSize(down), new DataSize(2_000_000)))), context);
    }

    @Override
    protected Link openLink(LinkContext context, String token) throws Exception {
        int to = relay == null ? port : relay.port();
        return new DatagramLinkFactory().open(new DatagramLinkSettings(URI.create("udp://127.0.0.1:" + to),
                secret(token), 1, new DataSize(up), new DataSize(2_000_000)), context);
    }

    private Secret secret(String token) throws Exception {
        byte[] key = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        Path file = Files.writeString(folder.resolve("key-" + token.hashCode()), HexFormat.of().formatHex(key));
        return new Secret("file:" + file);
    }

    /** A busy machine may drop datagrams even on loopback. */
    @Override
    protected void awaitAnswer(Link link, byte[] message, BooleanSupplier isThere) throws Exception {
        for (int tries = 1; tries < TRIES && !isSoon(isThere); tries++) {
            link.send(message);
        }
        super.awaitAnswer(link, message, isThere);
    }

    private static boolean isSoon(BooleanSupplier isThere) {
        long end = System.nanoTime() + 8_000_000_000L;
        while (!isThere.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return isThere.getAsBoolean();
    }

    /** Whoever has another key isn't even told so; the right one is heard behind it. */
    @Test
    @Override
    public void aWrongTokenNeverReachesTheHub() throws Exception {
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        List<byte[]> toWrong = new CopyOnWriteArrayList<>();
        try (Gate gate = openGate(gateContext(hub))) {
            gate.start();
            try (Link wrong = openLink(linkContext(toWrong::add), "another token")) {
                wrong.send(new byte[] {1, 2, 3});
            }
            try (Link right = openLink(linkContext(answers::add), TOKEN)) {
                right.send(new byte[] {4, 5, 6});
                awaitAnswer(right, new byte[] {4, 5, 6}, () -> !answers.isEmpty());
            }
        }
        assertThat(toWrong).isEmpty();
        assertThat(hub.received).isNotEmpty().allMatch(message -> message[0] == 4);
    }

    private LossyRelay shortMessages(double lost, long seed) throws Exception {
        port = FreePorts.next();
        up = 340;
        down = 270;
        relay = new LossyRelay(port, lost, seed);
        return relay;
    }

    @ParameterizedTest
    @CsvSource({"1, 0.1, 320", "3, 0.3, 320", "4, 0.15, 700"})
    void whatIsLostRepeatedAndReorderedArrivesOnceOverShortMessagesWithRestarts(long seed, double lost, int frame)
            throws Exception {
        LossyRelay passing = shortMessages(lost, seed);

        assertDeliveredOnce(seed, frame, Duration.ofMillis(250), 4);

        assertThat(passing.up).as("seed=%d", seed).allMatch(datagram -> datagram.length <= 340);
        assertThat(passing.down).as("seed=%d", seed).allMatch(datagram -> datagram.length <= 270);
        assertThat(passing.up.stream().map(datagram -> Envelope.counterOf(datagram, 1)))
                .as("seed=%d nonces up", seed).doesNotHaveDuplicates();
        assertThat(passing.down.stream().map(datagram -> Envelope.counterOf(datagram, 1)))
                .as("seed=%d nonces down", seed).doesNotHaveDuplicates();
    }

    @Test
    void anAlarmTakesOneShortMessageEachWay() throws Exception {
        LossyRelay passing = shortMessages(0, 1);
        int[] before = new int[2];

        sendAlarm(320, () -> {
            before[0] = passing.up.size();
            before[1] = passing.down.size();
        });

        List<byte[]> alarm = passing.up.subList(before[0], passing.up.size());
        List<byte[]> answer = passing.down.subList(before[1], passing.down.size());
        assertThat(alarm).hasSize(1).allMatch(datagram -> datagram.length <= 260);
        assertThat(answer).hasSize(1).allMatch(datagram -> datagram.length <= 72);
    }

    @Test
    void whatIsForgedRepeatedOrCutShortIsNeitherHeardNorAnswered() throws Exception {
        LossyRelay passing = shortMessages(0, 1);
        Echo hub = new Echo();
        List<byte[]> answers = new CopyOnWriteArrayList<>();
        try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Link link = openLink(linkContext(answers::add), TOKEN)) {
            try (Gate first = openGate(gateContext(hub))) {
                first.start();
                link.send(new byte[500]);
                awaitAnswer(link, new byte[500], () -> answers.size() == 1);
                pester(stranger, passing.up);
                link.send(new byte[] {7});
                awaitAnswer(link, new byte[] {7}, () -> answers.size() == 2);
            }
            try (Gate second = openGate(gateContext(hub))) {
                second.start();
                pester(stranger, passing.up);
                passing.rebind();
                link.send(new byte[] {8});
                awaitAnswer(link, new byte[] {8}, () -> answers.size() == 3);
            }
            assertThat(hub.received.stream().map(message -> message.length)).containsExactly(500, 1, 1);
            stranger.setSoTimeout(1);
            assertThatThrownBy(() -> stranger.receive(new DatagramPacket(new byte[1], 1)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** All that was heard, as it was, cut at each length and with each bit turned. */
    private void pester(DatagramSocket stranger, List<byte[]> heard) throws IOException {
        byte[] last = heard.getLast();
        for (byte[] datagram : heard) {
            send(stranger, datagram);
        }
        for (int length = 0; length < last.length; length++) {
            send(stranger, Arrays.copyOf(last, length));
        }
        for (int bit = 0; bit < Math.min(last.length, 60) * Byte.SIZE; bit++) {
            byte[] turned = last.clone();
            turned[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            send(stranger, turned);
        }
    }

    private void send(DatagramSocket from, byte[] datagram) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
    }
}
