package suimon.connector.http;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.LinkSettings;
import suimon.config.Secret;
import suimon.config.Within;

/** A link of kind {@code https}. */
public record HttpsLinkSettings(
        @Describe("Where the hub's gate is, such as https://hub.example.jp:8443; http only on loopback")
                URI url,
        @Describe("The token this gateway proves itself with") @Nullable Secret token,
        @Describe("PEM file with the certificates to trust, instead of the usual ones")
                @Nullable Path trust,
        @Describe("How long one frame may take to the hub and its answer back")
                @Default("60s") @Within(min = "100ms", max = "1h")
                Duration timeout)
        implements LinkSettings {
    public HttpsLinkSettings {
        boolean isPlain = "http".equals(url.getScheme());
        if (!isPlain && !"https".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException(url + ", expected https://host:port");
        }
        if (isPlain && !Loopback.isLoopback(url.getHost())) {
            throw new IllegalArgumentException(
                    url + " would send data and token in the clear; use https beyond loopback");
        }
    }
}
