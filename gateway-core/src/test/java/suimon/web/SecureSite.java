package suimon.web;

import java.net.CookieManager;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that trusts one fingerprint, as a person who compared it would. */
final class SecureSite {
    private SecureSite() {}

    static HttpClient client(String fingerprint, CookieManager cookies) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Pinned(fingerprint)}, new SecureRandom());
        return HttpClient.newBuilder().sslContext(context).cookieHandler(cookies).build();
    }

    private record Pinned(String fingerprint) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("this is the client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws java.security.cert.CertificateException {
            String found = fingerprint(chain[0]);
            if (!found.equals(fingerprint)) {
                throw new java.security.cert.CertificateException("fingerprint " + found);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private static String fingerprint(X509Certificate certificate)
                throws java.security.cert.CertificateException {
            try {
                byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
                return java.util.HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
