package suimon.connector.http;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.GateSettings;
import suimon.config.Within;

/** A gate of kind {@code https}. */
public record HttpsGateSettings(
        @Describe("Unique among the gates") String name,
        @Describe("The address to listen on; beyond loopback a certificate is required")
                @Default("127.0.0.1")
                String address,
        @Describe("The port; 0 takes any free one") @Default("8443") @Within(min = "0", max = "65535")
                int port,
        @Describe("PEM file with the hub's certificate and those that issued it; left out: plain http")
                @Nullable Path certificate,
        @Describe("PEM file with the certificate's private key (PKCS #8, not encrypted)")
                @Nullable Path key,
        @Describe("PEM file with the authorities that issue the gateways' certificates; every gateway must"
                + " then show one")
                @Nullable Path trusted)
        implements GateSettings {
    public HttpsGateSettings {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("certificate and key are needed both or not at all");
        }
        if (trusted != null && certificate == null) {
            throw new IllegalArgumentException("trusted needs certificate and key of the gate, too");
        }
        if (certificate == null && !Loopback.isLoopback(address)) {
            throw new IllegalArgumentException("listening on " + address
                    + " needs certificate and key; without them only loopback is allowed");
        }
    }
}
