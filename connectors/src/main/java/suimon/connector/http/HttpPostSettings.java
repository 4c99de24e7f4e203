package suimon.connector.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.DataSize;
import suimon.config.DecodeConfig;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.SourceSettings;
import suimon.config.Within;

/** What {@code kind: http} says. */
@Describe("Devices post readings to the gateway; a request answered with 204 is stored")
public record HttpPostSettings(
        @Describe("Unique; the source in the books") String name,
        @Describe("The address to listen on; beyond loopback users, certificate and key are required")
                @Default("127.0.0.1")
                String address,
        @Describe("The port; 0 takes any free one") @Default("8090") @Within(min = "0", max = "65535")
                int port,
        @Describe("The file with users and hashed passwords; left out, everybody on this box may post")
                @Nullable Path users,
        @Describe("PEM file with the gateway's certificate and those that issued it; left out: plain http")
                @Nullable Path certificate,
        @Describe("PEM file with the certificate's private key (PKCS #8, not encrypted)")
                @Nullable Path key,
        @Describe("A larger body is answered with 413") @Default("256KiB")
                @Within(min = "1KiB", max = "1MiB")
                DataSize body,
        @Describe("A body that takes longer to come ends with its connection")
                @Default("30s") @Within(min = "1s", max = "10min")
                Duration bodyWithin,
        @Describe("Requests a second of one user, or one address without users, sustained; beyond they are answered"
                        + " with 429; left out: any")
                @Nullable @Within(min = "1", max = "1000000") Integer messagesPerSecond,
        @Describe("Requests that may come at once after a pause; left out: what a minute allows")
                @Nullable @Within(min = "1", max = "10000000") Integer burst,
        @Describe("How bodies become readings; the topic is the path of the request") List<DecodeConfig> decode)
        implements SourceSettings {
    public HttpPostSettings {
        decode = List.copyOf(decode);
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("certificate and key are needed both or not at all");
        }
        if (!Loopback.isLoopback(address) && (users == null || certificate == null)) {
            throw new IllegalArgumentException("address " + address + " can be reached from outside, so users,"
                    + " certificate and key are required; or listen on 127.0.0.1");
        }
        if (burst != null && messagesPerSecond == null) {
            throw new IllegalArgumentException("burst without messagesPerSecond, which says how fast it fills again");
        }
        if (decode.isEmpty()) {
            throw new IllegalArgumentException("at least one entry in decode");
        }
    }
}
