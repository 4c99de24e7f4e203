package suimon.connector.mqtt;

import suimon.config.GateSettings;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFactory;

/** Makes gates for MQTT 5. */
public final class MqttGateFactory implements GateFactory {
    @Override
    public String kind() {
        return "mqtt";
    }

    @Override
    public Class<? extends GateSettings> settings() {
        return MqttGateSettings.class;
    }

    @Override
    public Gate open(GateSettings settings, GateContext context) {
        return new MqttGate((MqttGateSettings) settings, context);
    }
}
