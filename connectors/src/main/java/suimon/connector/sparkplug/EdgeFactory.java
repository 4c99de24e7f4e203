package suimon.connector.sparkplug;

import suimon.backhaul.Export;
import suimon.backhaul.ExportContext;
import suimon.backhaul.ExportFactory;
import suimon.config.ExportSettings;

/** Makes exports that are an edge node of Sparkplug B. */
public final class EdgeFactory implements ExportFactory {
    @Override
    public String kind() {
        return "sparkplug-edge";
    }

    @Override
    public Class<? extends ExportSettings> settings() {
        return EdgeSettings.class;
    }

    @Override
    public Export open(ExportSettings settings, ExportContext context) {
        return new EdgeExport((EdgeSettings) settings, context);
    }
}
