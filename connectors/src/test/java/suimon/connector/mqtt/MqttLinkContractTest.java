package suimon.connector.mqtt;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.config.Secret;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.LinkContract;
import suimon.pipeline.FreePorts;

/** The contract of every link, over MQTT on real sockets. */
class MqttLinkContractTest extends LinkContract {
    private int port;

    @Override
    protected Gate openGate(GateContext context) throws IOException {
        if (port == 0) {
            port = FreePorts.next();
        }
        return new MqttGateFactory().open(
                new MqttGateSettings("gate", "127.0.0.1", port, null, 10), context);
    }

    @Override
    protected Link openLink(LinkContext context, String token) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), token);
        return new MqttLinkFactory().open(new MqttLinkSettings(
                URI.create("mqtt://127.0.0.1:" + port), new Secret("file:" + file), null,
                Duration.ofSeconds(5)), context);
    }
}
