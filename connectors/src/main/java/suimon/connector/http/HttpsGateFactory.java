package suimon.connector.http;

import suimon.config.GateSettings;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFactory;

/** Gates of kind {@code https}. */
public final class HttpsGateFactory implements GateFactory {
    @Override
    public String kind() {
        return "https";
    }

    @Override
    public Class<? extends GateSettings> settings() {
        return HttpsGateSettings.class;
    }

    @Override
    public Gate open(GateSettings settings, GateContext context) {
        return new HttpsGate((HttpsGateSettings) settings, context);
    }
}
