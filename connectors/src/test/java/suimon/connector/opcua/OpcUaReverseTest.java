package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static suimon.connector.opcua.OpcUaFixture.nanos;
import static suimon.connector.opcua.OpcUaFixture.nth;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.ReverseSettings;
import suimon.connector.opcua.OpcUaSettings.Security;
import suimon.connector.simulator.HistorianServer;
import suimon.pipeline.FreePorts;
import suimon.pipeline.SourceLost;

/** A server that opens the connection itself (Part 6, 7.1.3). */
class OpcUaReverseTest {
    private static final String SERVER = "urn:suimon:simulator:server";

    @TempDir Path folder;
    private OpcUaFixture site;
    private int door;

    @BeforeEach
    void open() {
        site = new OpcUaFixture(folder);
        door = FreePorts.next();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Draft draft(String... series) {
        Draft draft = site.draft(series);
        draft.reverse = new ReverseSettings("127.0.0.1", door, SERVER);
        return draft;
    }

    private ReverseHello hello() {
        return new ReverseHello(SERVER, "opc.tcp://127.0.0.1:" + site.port);
    }

    @Test
    void valuesComeEncryptedOverTheConnectionsOfTheServerAndGoOnAfterACut() throws Exception {
        HistorianServer plant = site.serve("flow");
        plant.publish("flow", nth(0));
        Draft draft = draft("flow");
        draft.security = Security.BASIC256SHA256;
        try (DialOut server = new DialOut(door, site.port, hello())) {
            OpcUaSource source = site.start(draft);
            site.await("the refusal", () -> source.progress().state().contains("not trusted"));
            OpcUaTrust trust = new OpcUaTrust(Map.of("main", site.folder));
            trust.trust(TrustFolder.sha256(trust.list().getFirst().certificate()));
            site.await("a value", () -> site.committed.newest("flow") == nanos(0));

            server.cut();
            for (int n = 1; n <= 50; n++) {
                plant.publish("flow", nth(n));
            }
            site.await("all of them", () -> site.committed.times("flow").size() == 51);

            assertThat(site.committed.gaps()).isEmpty();
            assertThat(server.used.get()).as("connections of the server that were used").isGreaterThanOrEqualTo(3);
            assertThat(source.progress().counts().get("reverse_taken")).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void anotherServerIsNotTakenAndItIsSaidWhichOneCame() throws Exception {
        OpcUaSource source = site.start(draft("flow"));
        site.await("the door", () -> source.progress().state().contains("waiting for the server " + SERVER));

        String answer = answerTo(new ReverseHello("urn:other", "opc.tcp://127.0.0.1:" + site.port).toBytes());
        site.await("its name", () -> source.progress().state().contains("it calls itself urn:other"));
        String second = answerTo(new ReverseHello(SERVER, "opc.tcp://elsewhere:4840/UA").toBytes());
        site.await("its endpoint", () -> source.progress().state()
                .contains("its endpoint is opc.tcp://elsewhere:4840/UA and the configured one"));

        assertThat(answer).startsWith("ERRF").contains("reverse.serverUri is " + SERVER);
        assertThat(second).startsWith("ERRF");
        assertThat(source.progress().counts()).containsEntry("reverse_taken", 0L).containsEntry("reverse_refused", 2L);
    }

    private String answerTo(byte[] said) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(said);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void whoSaysSomethingElseOrNothingDoesNoHarm() throws Exception {
        site.serve("flow").publish("flow", nth(0));
        OpcUaSource source = site.start(draft("flow"));
        site.await("the door", () -> source.progress().state().contains("waiting"));

        List<Socket> silent = new ArrayList<>();
        for (int one = 0; one < ReverseDoor.UNKNOWN_MAX - 2; one++) {
            silent.add(new Socket(InetAddress.getLoopbackAddress(), door));
        }
        assertThat(answerTo("GET / HT".getBytes(StandardCharsets.US_ASCII))).isEmpty();
        site.await("who it was", () -> source.progress().state().contains("no ReverseHello of OPC UA"));
        try (DialOut server = new DialOut(door, site.port, hello())) {
            site.await("a value", () -> site.committed.newest("flow") == nanos(0));
            assertThat(server.used.get()).isGreaterThanOrEqualTo(2);
        }

        for (Socket one : silent) {
            one.close();
        }
    }

    @Test
    void aPortThatIsTakenStopsTheSource() throws Exception {
        try (ServerSocket taken = new ServerSocket(door, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> site.start(draft("flow"))).hasRootCauseInstanceOf(java.net.BindException.class)
                    .hasStackTraceContaining("choose a free port in reverse");
        }
    }

    @Test
    void endpointsAreComparedAsUrls() {
        ReverseHello hello = new ReverseHello(SERVER, "opc.tcp://PLC-1:4840/UA/");

        assertThat(hello.mismatch(SERVER, URI.create("opc.tcp://plc-1/UA"))).isEmpty();
        assertThat(hello.mismatch(SERVER, URI.create("opc.tcp://plc-1:4841/UA"))).contains("PLC-1:4840");
        assertThat(new ReverseHello(SERVER, "not a url").mismatch(SERVER, URI.create("opc.tcp://plc-1"))).isNotEmpty();
        assertThat(new ReverseHello("a\nb" + "x".repeat(4000), "").mismatch(SERVER, URI.create("opc.tcp://plc-1")))
                .hasSizeLessThan(400).doesNotContain("\n");
    }

    @Test
    void anyBytesAreAReverseHelloOrRefusedAndNothingIsReadBeyondIt() throws Exception {
        byte[] good = hello().toBytes();
        InputStream with = new ByteArrayInputStream(concat(good, new byte[] {42}));
        assertThat(ReverseHello.read(with)).isEqualTo(hello());
        assertThat(with.read()).isEqualTo(42);
        assertThatThrownBy(() -> ReverseHello.read(sized(Integer.MAX_VALUE))).hasMessageContaining("2147483647 bytes");
        assertThatThrownBy(() -> ReverseHello.read(sized(-1))).isInstanceOf(ReverseHello.Malformed.class);

        Random random = new Random(815);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 20));
            for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ReverseHello read = ReverseHello.read(new ByteArrayInputStream(bytes));
                assertThat(read.serverUri().length()).as("seed 815, round %s", round)
                        .isLessThanOrEqualTo(ReverseHello.TEXT_BYTES_MAX);
            } catch (ReverseHello.Malformed | EOFException expected) {
                assertThat(bytes).as("seed 815, round %s", round).isNotEqualTo(good);
            }
        }
    }

    private static InputStream sized(int size) {
        byte[] bytes = new byte[64];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).put("RHEF".getBytes(StandardCharsets.US_ASCII)).putInt(size);
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
