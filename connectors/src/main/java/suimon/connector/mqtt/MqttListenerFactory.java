package suimon.connector.mqtt;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes built-in MQTT listeners. */
public final class MqttListenerFactory implements SourceFactory {
    @Override
    public String kind() {
        return "mqtt-listener";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return MqttListenerSettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        MqttListenerSettings mine = (MqttListenerSettings) settings;
        return new MqttListener(mine, context, Login.of(mine.users()));
    }
}
