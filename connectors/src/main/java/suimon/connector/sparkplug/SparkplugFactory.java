package suimon.connector.sparkplug;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes sources that are a host application of Sparkplug B. */
public final class SparkplugFactory implements SourceFactory {
    @Override
    public String kind() {
        return "sparkplug";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return SparkplugSettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        return new SparkplugSource((SparkplugSettings) settings, context);
    }
}
