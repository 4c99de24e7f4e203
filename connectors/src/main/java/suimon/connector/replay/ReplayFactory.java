package suimon.connector.replay;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes replay sources. */
public final class ReplayFactory implements SourceFactory {
    @Override
    public String kind() {
        return "replay";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return ReplaySettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        return new ReplaySource((ReplaySettings) settings, context);
    }
}
