package suimon.connector.mqtt;

import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkFactory;
import suimon.config.LinkSettings;

/** Makes links over MQTT 5. */
public final class MqttLinkFactory implements LinkFactory {
    @Override
    public String kind() {
        return "mqtt";
    }

    @Override
    public Class<? extends LinkSettings> settings() {
        return MqttLinkSettings.class;
    }

    @Override
    public Link open(LinkSettings settings, LinkContext context) {
        return new MqttLink((MqttLinkSettings) settings, context);
    }
}
