package suimon.connector.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.Map;
import java.net.URI;
import org.junit.jupiter.api.Test;
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

    @Override
    protected Gate openGate(GateContext context) throws Exception {
        if (port == 0) {
            port = FreePorts.next();
        }
        return new DatagramGateFactory().open(new DatagramGateSettings("gate", "127.0.0.1", port, null,
                Map.of(Pair.GATEWAY, new DatagramGateSettings.Keyed(
                        1, secret(TOKEN), new DataSize(1200), new DataSize(2_000_000)))), context);
    }

    @Override
    protected Link openLink(LinkContext context, String token) throws Exception {
        return new DatagramLinkFactory().open(new DatagramLinkSettings(URI.create("udp://127.0.0.1:" + port),
                secret(token), 1, new DataSize(1200), new DataSize(2_000_000)), context);
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
}
