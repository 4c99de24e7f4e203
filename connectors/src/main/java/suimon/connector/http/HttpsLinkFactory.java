package suimon.connector.http;

import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkFactory;
import suimon.config.LinkSettings;

/** Links of kind {@code https}. */
public final class HttpsLinkFactory implements LinkFactory {
    @Override
    public String kind() {
        return "https";
    }

    @Override
    public Class<? extends LinkSettings> settings() {
        return HttpsLinkSettings.class;
    }

    @Override
    public Link open(LinkSettings settings, LinkContext context) {
        return new HttpsLink((HttpsLinkSettings) settings, context);
    }
}
