package suimon.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import suimon.config.HubConfig.GatewayAccess;
import suimon.config.Secret;

/** Who may deliver, as hashes of the tokens; compared in constant time. Immutable. */
final class Tokens {
    /** No token is longer; a longer one is not looked at. */
    static final int CHARACTERS_MAX = 4096;

    private static final byte[] NOBODY = new byte[32];
    private static final byte[] UNKNOWN = new byte[32];

    private final Map<String, byte[]> hashes;

    private Tokens(Map<String, byte[]> hashes) {
        this.hashes = Map.copyOf(hashes);
    }

    /** Reads every secret once, so that a missing one is told at start. */
    static Tokens read(Map<String, GatewayAccess> gateways) throws HubFailed {
        Map<String, byte[]> hashes = new HashMap<>();
        for (Map.Entry<String, GatewayAccess> entry : gateways.entrySet()) {
            Secret token = entry.getValue().token();
            try {
                hashes.put(entry.getKey(), token == null ? NOBODY : hash(token.read()));
            } catch (IOException missing) {
                throw new HubFailed("gateways." + entry.getKey() + ".token: can't read " + token + ": "
                        + missing.getMessage() + "; put the gateway's token there", missing);
            }
        }
        return new Tokens(hashes);
    }

    /** A gateway configured without a token is admitted over loopback only. */
    boolean admits(String gateway, String token, boolean loopback) {
        byte[] known = hashes.getOrDefault(gateway, UNKNOWN);
        byte[] offered = hash(token.length() > CHARACTERS_MAX ? "" : token);
        boolean isRight = MessageDigest.isEqual(known, offered);
        boolean isOpen = known == NOBODY && loopback;
        return known != UNKNOWN && (isRight || isOpen);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
