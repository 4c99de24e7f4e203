package suimon.connector.mqtt;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes sources that read from a broker. */
public final class MqttClientFactory implements SourceFactory {
    @Override
    public String kind() {
        return "mqtt-client";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return MqttClientSettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        return new MqttClientSource((MqttClientSettings) settings, context);
    }
}
