package suimon.connector.datagram;

import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkFactory;
import suimon.config.LinkSettings;

/** Makes links for datagrams. */
public final class DatagramLinkFactory implements LinkFactory {
    @Override
    public String kind() {
        return "datagram";
    }

    @Override
    public Class<? extends LinkSettings> settings() {
        return DatagramLinkSettings.class;
    }

    @Override
    public Link open(LinkSettings settings, LinkContext context) {
        return new DatagramLink((DatagramLinkSettings) settings, context);
    }
}
