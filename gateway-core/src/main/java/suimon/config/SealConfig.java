package suimon.config;

/** With whose keys messages between a gateway and its hub are sealed. */
public record SealConfig(
        @Describe("The gateway's own key, as suimon key makes it, kept in a file or the environment") Secret key,
        @Describe("The hub's public key, as suimon key printed it there") String hub) {}
