package suimon.connector.modbus;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes sources of the kind {@code modbus}. */
public final class ModbusFactory implements SourceFactory {
    @Override
    public String kind() {
        return "modbus";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return ModbusSettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        return new ModbusSource((ModbusSettings) settings, context);
    }
}
