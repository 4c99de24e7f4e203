package suimon.connector.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Epoch;
import suimon.backhaul.Messages;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.HubConfig;
import suimon.config.HubConfig.GatewayAccess;
import suimon.config.WebConfig;
import suimon.connector.tls.OpenSsl;
import suimon.connector.tls.PemFiles;
import suimon.connector.tls.TlsFiles;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.Hub;

/** Mutual TLS at the gate: whose certificate is trusted is not yet the gateway it says it is. */
final class GateCredentialsTest {
    @TempDir
    Path folder;

    @Test
    void onlyTheCertificateNamedForAGatewayDelivers() throws Exception {
        for (String name : List.of("hub", "pen-1", "pen-2")) {
            OpenSsl.certificate(folder, name, 2);
        }
        Files.writeString(folder.resolve("gateways.pem"), Files.readString(folder.resolve("pen-1.crt"))
                + Files.readString(folder.resolve("pen-2.crt")));
        GatewayAccess first = new GatewayAccess(null, null, "CN=pen-1", false);
        HubConfig config = config(Map.of("pen-1", first));
        try (Hub hub = Hub.open(config, List.of(), Clock.systemUTC(), System::nanoTime);
                Gate gate = new HttpsGateFactory().open(new HttpsGateSettings("gate", "127.0.0.1", 0,
                        folder.resolve("hub.crt"), folder.resolve("hub.key"), folder.resolve("gateways.pem")),
                        new GateContext(hub, folder.resolve("gate"), Clock.systemUTC()))) {
            gate.start();

            assertThat(hello(gate, "pen-1", "pen-1")).isEqualTo(200);
            assertThat(hello(gate, "pen-1", "pen-2")).isEqualTo(403);
            hub.adopt(config(Map.of("pen-1", new GatewayAccess(null, null, "CN=pen-1", true))));
            assertThat(hello(gate, "pen-1", "pen-1")).isEqualTo(403);
        }
    }

    private int hello(Gate gate, String gateway, String shown) throws Exception {
        TlsFiles files = new TlsFiles(folder.resolve(shown + ".crt"), folder.resolve(shown + ".key"),
                folder.resolve("hub.crt"));
        byte[] hello = Messages.write(new Messages.Hello(gateway, new Epoch(new Random(1).nextLong()), 1));
        try (HttpClient client = HttpClient.newBuilder().sslContext(PemFiles.context(files)).build()) {
            return client.send(HttpRequest.newBuilder(URI.create(gate.address() + "/v1/frames"))
                            .header("Suimon-Gateway", gateway)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(hello)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private HubConfig config(Map<String, GatewayAccess> gateways) {
        DataConfig data = new DataConfig(folder.resolve("data"), new DataSize(1L << 30), Duration.ofSeconds(1),
                new DataSize(1_000_000_000), Duration.ofMinutes(10), DataConfig.Durability.OFF);
        return new HubConfig(data, new WebConfig("127.0.0.1", 0), List.of(), gateways);
    }
}
