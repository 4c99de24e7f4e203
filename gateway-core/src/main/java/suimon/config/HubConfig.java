package suimon.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Everything {@code hub.yaml} says. */
@Describe("A Suimon hub")
public record HubConfig(
        @Describe("Where the gateways' data is kept: one folder each") DataConfig data,
        @Describe("The API") WebConfig web,
        @Describe("How gateways reach this hub") List<GateSettings> gates,
        @Describe("The gateways that may deliver, by id") Map<String, GatewayAccess> gateways,
        @Describe("The hub's own key, as suimon key makes it, for gateways with a seal") @Nullable Secret key) {
    public HubConfig {
        gates = List.copyOf(gates);
        gateways = Map.copyOf(gateways);
        if (key == null && gateways.values().stream().anyMatch(gateway -> gateway.seal() != null)) {
            throw new IllegalArgumentException("gateways with a seal need key, the hub's own; suimon key makes one");
        }
    }

    /** Without a key. */
    public HubConfig(DataConfig data, WebConfig web, List<GateSettings> gates, Map<String, GatewayAccess> gateways) {
        this(data, web, gates, gateways, null);
    }

    /** What a gateway proves itself with: all that is given here; nothing is enough over loopback only. */
    public record GatewayAccess(
            @Describe("The token the gateway sends, kept in a file or the environment") @Nullable Secret token,
            @Describe("Instead of token: its SHA-256 in hexadecimal, as suimon hub add-gateway writes it")
                    @Nullable String tokenHash,
            @Describe("The certificate it shows: sha256:FINGERPRINT, an alternative name in it or"
                    + " its whole subject, such as CN=pen-3; the gate must have trusted certificates")
                    @Nullable String certificate,
            @Describe("true: it is not admitted any more; its data stays") @Default("false") boolean revoked,
            @Describe("Its public key, as suimon key printed it there: what it sends must be sealed with it")
                    @Nullable String seal) {
        private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
        private static final Pattern FINGERPRINT = Pattern.compile("sha256:[0-9A-Fa-f:]{64,95}");

        public GatewayAccess {
            if (token != null && tokenHash != null) {
                throw new IllegalArgumentException("token and tokenHash, expected one of them");
            }
            if (tokenHash != null && !HASH.matcher(tokenHash).matches()) {
                throw new IllegalArgumentException("tokenHash, expected 64 digits 0-9 a-f;"
                        + " suimon hub add-gateway makes one");
            }
            if (certificate != null && certificate.startsWith("sha256:")
                    && !FINGERPRINT.matcher(certificate).matches()) {
                throw new IllegalArgumentException("certificate, expected sha256: and 64 hexadecimal digits"
                        + " as openssl x509 -fingerprint -sha256 shows them, or a name");
            }
        }

        /** By that token alone; null where nothing is asked. */
        public GatewayAccess(@Nullable Secret token) {
            this(token, null, null, false, null);
        }

        /** Without a seal. */
        public GatewayAccess(
                @Nullable Secret token, @Nullable String tokenHash, @Nullable String certificate, boolean revoked) {
            this(token, tokenHash, certificate, revoked, null);
        }
    }
}
