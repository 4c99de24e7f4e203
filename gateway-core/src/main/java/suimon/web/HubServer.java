package suimon.web;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import suimon.access.CredentialFile;
import suimon.hub.Hub;
import suimon.reading.Ticker;

/** The page and the API of a hub, with the walls of {@link WebServer}. Started once, closed once. */
public final class HubServer implements AutoCloseable {
    private final ApplicationContext context;
    private final URI address;

    private HubServer(ApplicationContext context, URI address) {
        this.context = context;
        this.address = address;
    }

    /**
     * What the page shows; it changes nothing but what gateways are asked to do.
     *
     * @param users who may log in; asked only where login is required
     */
    public record Backstage(Hub hub, CredentialFile users, Clock clock, Ticker ticker) {}

    /** Begins to serve; IOException when no port is free or the certificate can't be kept. */
    public static HubServer start(WebSettings settings, Backstage backstage) throws IOException {
        boolean isLoginRequired = !settings.isLoopback();
        Map<String, Object> properties = WebServer.properties(settings);
        if (isLoginRequired) {
            WebServer.secure(properties, Certificate.in(settings.folder(), backstage.clock()));
        }
        Entrance entrance = new Entrance(isLoginRequired, backstage.users(), new Sessions(backstage.clock()),
                new LoginLimit(backstage.ticker()));
        ApplicationContext context = ApplicationContext.builder()
                .deduceEnvironment(false)
                .banner(false)
                .properties(properties)
                .singletons(backstage, entrance, new Pages.Front("hub.html"))
                .start();
        EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
        return new HubServer(context, WebServer.address(settings, server));
    }

    /** Where the page is, with the port that was found. */
    public URI address() {
        return address;
    }

    @Override
    public void close() {
        context.close();
    }
}
