package suimon.connector.http;

import suimon.config.SourceSettings;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceFactory;

/** Makes sources of the kind {@code http}. */
public final class HttpPostFactory implements SourceFactory {
    @Override
    public String kind() {
        return "http";
    }

    @Override
    public Class<? extends SourceSettings> settings() {
        return HttpPostSettings.class;
    }

    @Override
    public Source open(SourceSettings settings, SourceContext context) {
        return new HttpPostSource((HttpPostSettings) settings, context);
    }
}
