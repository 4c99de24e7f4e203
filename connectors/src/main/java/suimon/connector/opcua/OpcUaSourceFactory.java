package suimon.connector.opcua;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes sources of the kind {@code opcua}. */
public final class OpcUaSourceFactory implements SourceFactory {
    @Override
    public String kind() {
        return "opcua";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return OpcUaSettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        return new OpcUaSource((OpcUaSettings) settings, context);
    }
}
