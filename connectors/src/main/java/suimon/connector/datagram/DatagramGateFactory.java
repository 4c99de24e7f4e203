package suimon.connector.datagram;

import suimon.config.GateSettings;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFactory;

/** Makes gates for datagrams. */
public final class DatagramGateFactory implements GateFactory {
    @Override
    public String kind() {
        return "datagram";
    }

    @Override
    public Class<? extends GateSettings> settings() {
        return DatagramGateSettings.class;
    }

    @Override
    public Gate open(GateSettings settings, GateContext context) {
        return new DatagramGate((DatagramGateSettings) settings, context);
    }
}
