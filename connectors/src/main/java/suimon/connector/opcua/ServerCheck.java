package suimon.connector.opcua;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.validation.CertificateValidationUtil;
import org.eclipse.milo.opcua.stack.core.util.validation.ValidationCheck;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in the servers whose certificate, or whose issuer, a person has trusted, and no other.
 *
 * <p>A certificate that is itself in {@code trusted/} is taken as it is: host name, application URI
 * and validity are not held against it, since the person saw them when trusting it, controllers
 * often carry wrong ones, and a box without a battery clock may believe in 1970. A certificate that
 * is trusted through its issuer must build a valid path. Called on Milo's threads too.
 */
final class ServerCheck implements CertificateValidator {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

    private final String source;
    private final TrustFolder folder;
    private final Clock clock;

    ServerCheck(String source, TrustFolder folder, Clock clock) {
        this.source = source;
        this.folder = folder;
        this.clock = clock;
    }

    /** Looks at what discovery announced, before anything is sent to the server that is signed. */
    void refuseUntrusted(EndpointDescription endpoint) throws UaException {
        boolean isSecure = endpoint.getSecurityMode() != MessageSecurityMode.None;
        if (isSecure) {
            byte[] bytes = endpoint.getServerCertificate().bytesOrEmpty();
            validateCertificateChain(CertificateUtil.decodeCertificates(bytes), null, null);
        }
    }

    @Override
    public void validateCertificateChain(
            List<X509Certificate> chain, @Nullable String applicationUri, @Nullable String @Nullable [] hosts)
            throws UaException {
        if (chain.isEmpty()) {
            throw new UaException(StatusCodes.Bad_CertificateInvalid, "the server sent no certificate");
        }
        X509Certificate certificate = chain.getFirst();
        try {
            List<X509Certificate> trusted = folder.trusted();
            if (trusted.contains(certificate)) {
                warnWhenExpired(certificate);
                return;
            }
            if (!isIssuedByTrusted(chain, trusted)) {
                folder.keepRejected(certificate);
                throw new UaException(StatusCodes.Bad_CertificateUntrusted, refusal(certificate));
            }
        } catch (IOException e) {
            throw new UaException(StatusCodes.Bad_CertificateUntrusted,
                    "source " + source + ": the certificate folder can't be used: " + e, e);
        }
    }

    private static boolean isIssuedByTrusted(List<X509Certificate> chain, List<X509Certificate> trusted) {
        try {
            var path = CertificateValidationUtil.buildTrustedCertPath(chain, trusted, List.of());
            CertificateValidationUtil.validateTrustedCertPath(
                    path.getCertPath(), path.getTrustAnchor(), List.of(),
                    ValidationCheck.NO_OPTIONAL_CHECKS, false);
            return true;
        } catch (UaException e) {
            LOG.debug("no trusted path", e);
            return false;
        }
    }

    private void warnWhenExpired(X509Certificate certificate) {
        if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
            LOG.warn("source={} the trusted server certificate {} is over since {}; renew it at the server",
                    source, TrustFolder.sha1(certificate), certificate.getNotAfter().toInstant());
        }
    }

    /** What happened, who the server says it is, and the command that trusts it. */
    private String refusal(X509Certificate certificate) {
        String thumbprint = TrustFolder.sha1(certificate);
        return "source " + source + ": the server's certificate is not trusted. Compare it with what"
                + " the server shows: SHA-1 " + thumbprint
                + ", SHA-256 " + TrustFolder.sha256(certificate)
                + ", subject " + certificate.getSubjectX500Principal()
                + ", valid " + certificate.getNotBefore().toInstant()
                + " to " + certificate.getNotAfter().toInstant()
                + ". If it is the same: suimon opcua trust " + thumbprint;
    }
}
