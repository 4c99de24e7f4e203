package suimon.config;

/** The page and the API. */
public record WebConfig(
        @Describe("The address to listen on; beyond loopback TLS and login are required")
                @Default("127.0.0.1")
                String address,
        @Describe("The port; when it is taken the next free one is used and printed")
                @Default("8080") @Within(min = "0", max = "65535")
                int port) {}
