package suimon.connector.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection with TLS. */
final class Peers {
    private Peers() {}

    /** The certificate it has shown; null without one. */
    static @Nullable X509Certificate shown(HttpExchange exchange) {
        if (exchange instanceof HttpsExchange secure) {
            try {
                return secure.getSSLSession().getPeerCertificates()[0] instanceof X509Certificate found ? found : null;
            } catch (SSLPeerUnverifiedException none) {
                return null;
            }
        }
        return null;
    }
}
