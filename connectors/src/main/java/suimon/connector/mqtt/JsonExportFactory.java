package suimon.connector.mqtt;

import suimon.backhaul.Export;
import suimon.backhaul.ExportContext;
import suimon.backhaul.ExportFactory;
import suimon.config.ExportSettings;

/** Makes exports of JSON over MQTT. */
public final class JsonExportFactory implements ExportFactory {
    @Override
    public String kind() {
        return "mqtt-json";
    }

    @Override
    public Class<? extends ExportSettings> settings() {
        return JsonExportSettings.class;
    }

    @Override
    public Export open(ExportSettings settings, ExportContext context) {
        return new JsonExport((JsonExportSettings) settings, context);
    }
}
