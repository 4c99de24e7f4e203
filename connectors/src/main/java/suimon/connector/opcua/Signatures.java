package suimon.connector.opcua;

import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Java lacks the signature of Aes256_Sha256_RsaPss under the name that Milo asks for. */
final class Signatures {
    private Signatures() {}

    /**
     * Adds Bouncy Castle behind all other providers, once, so that nothing else changes; called
     * where the policy is configured, since loading it costs a small box time and memory.
     */
    static synchronized void providePss() {
        if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
            Security.addProvider(new BouncyCastleProvider());
        }
    }
}
