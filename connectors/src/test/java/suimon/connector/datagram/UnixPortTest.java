package suimon.connector.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.config.DataSize;
import suimon.config.Secret;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.Reception;

/** A driver between a link's socket and a gate's, as a modem and a ground station would have. */
class UnixPortTest {
    @TempDir
    Path folder = Path.of("");

    private final List<Integer> lengths = new CopyOnWriteArrayList<>();
    private volatile boolean isRevoked;
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();

    @Test
    void messagesPassThroughADriverInDatagramsThatFitAndAgainAfterItWasAway() throws Exception {
        Path modem = folder.resolve("modem.sock");
        Path station = folder.resolve("station.sock");
        try (Gate gate = gate(station); Link link = link(modem, "link", answers::add)) {
            gate.start();
            assertThatThrownBy(() -> link.send(new byte[1])).isInstanceOf(LinkDown.class).hasMessageContaining("modem");

            for (int driver = 1; driver <= 2; driver++) {
                try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                        SocketChannel ground = SocketChannel.open(UnixDomainSocketAddress.of(station))) {
                    listening.bind(UnixDomainSocketAddress.of(modem));
                    link.reset();
                    link.send(new byte[2000 + driver]);
                    try (SocketChannel space = listening.accept()) {
                        Thread.ofVirtual().start(() -> copy(space, ground));
                        Thread.ofVirtual().start(() -> copy(ground, space));

                        byte[] answer = answers.poll(60, TimeUnit.SECONDS);

                        assertThat(answer).hasSize(2000 + driver);
                    }
                }
                Files.delete(modem);
            }
        }
        assertThat(lengths).hasSizeGreaterThan(20).allMatch(length -> length <= 340).contains(340);
    }

    @Test
    void twoPathsWithOneNumberAreToldInsteadOfUsingANonceTwice() throws Exception {
        try (Gate gate = gate(folder.resolve("station.sock"));
                Link one = link(folder.resolve("station.sock"), "one", answers::add);
                Link other = link(folder.resolve("station.sock"), "other", answers::add)) {
            gate.start();
            one.send(new byte[1]);

            assertThatThrownBy(() -> other.send(new byte[1])).isInstanceOf(LinkDown.class)
                    .hasMessageContaining("give each path its own number");
        }
    }

    @Test
    void whoIsRevokedIsNotHeardUntilItIsAdmittedAgain() throws Exception {
        Path station = folder.resolve("station.sock");
        try (DatagramGate gate = gate(station); Link link = link(station, "link", answers::add)) {
            gate.start();
            isRevoked = true;
            link.send(new byte[] {1});
            link.send(new byte[] {2});
            long end = System.nanoTime() + 60_000_000_000L;
            while (gate.tally("pen-1").datagramsIn() < 2 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            gate.cutOff("pen-1");
            isRevoked = false;
            link.send(new byte[] {3});

            assertThat(answers.poll(60, TimeUnit.SECONDS)).as("the first was over before the second came").isNotNull()
                    .isNotEqualTo(new byte[] {1});
        }
    }

    private DatagramGate gate(Path socket) throws IOException {
        Reception echo = new Reception() {
            @Override
            public boolean admits(String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
                return false;
            }

            @Override
            public boolean knows(String gateway) {
                return gateway.equals("pen-1") && !isRevoked;
            }

            @Override
            public byte[] receive(String gateway, byte[] message) {
                return message;
            }
        };
        DatagramGateSettings.Keyed keyed =
                new DatagramGateSettings.Keyed(300, key(), new DataSize(270), new DataSize(1_000_000));
        return (DatagramGate) new DatagramGateFactory().open(
                new DatagramGateSettings("gate", "127.0.0.1", 0, socket.toString(), Map.of("pen-1", keyed)),
                new GateContext(echo, folder.resolve("gate"), Clock.systemUTC()));
    }

    private Link link(Path socket, String name, Consumer<byte[]> takes) throws IOException {
        return new DatagramLinkFactory().open(new DatagramLinkSettings(URI.create("unix:" + socket), key(), 300,
                new DataSize(340), new DataSize(1_000_000)),
                new LinkContext("pen-1", "hub", takes, folder.resolve(name), Clock.systemUTC()));
    }

    private Secret key() throws IOException {
        return new Secret("file:" + Files.writeString(folder.resolve("key"), "5e".repeat(32) + "\n"));
    }

    private void copy(SocketChannel from, SocketChannel to) {
        try {
            DataInputStream in = new DataInputStream(Channels.newInputStream(from));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(to));
            while (true) {
                byte[] datagram = new byte[in.readUnsignedShort()];
                in.readFully(datagram);
                lengths.add(datagram.length);
                out.writeShort(datagram.length);
                out.write(datagram);
            }
        } catch (IOException hungUp) {
            // One side is gone: so is the driver.
            return;
        }
    }
}
