package suimon.connector.opcua;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.eclipse.milo.opcua.stack.core.util.validation.CertificateValidationUtil;
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
            String host = EndpointUtil.getHost(endpoint.getEndpointUrl());
            validateCertificateChain(CertificateUtil.decodeCertificates(bytes),
                    endpoint.getServer().getApplicationUri(), host == null ? null : new String[] {host});
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
            boolean isIssued = isIssuedByTrusted(chain, trusted)
                    || isOutOfTime(certificate) && isSignedByOneOf(certificate, trusted);
            if (!isIssued) {
                folder.keepRejected(certificate);
                throw new UaException(StatusCodes.Bad_CertificateUntrusted, refusal(certificate));
            }
            refuseUnfit(certificate, applicationUri, hosts);
        } catch (IOException e) {
            throw new UaException(StatusCodes.Bad_CertificateUntrusted,
                    "source " + source + ": the certificate folder can't be used: " + e, e);
        }
    }

    /** A trusted issuer vouches for who the server is, so that what the certificate says must fit. */
    private void refuseUnfit(
            X509Certificate certificate, @Nullable String applicationUri, @Nullable String @Nullable [] hosts)
            throws UaException, IOException {
        if (isOutOfTime(certificate)) {
            throw unfit(certificate, StatusCodes.Bad_CertificateTimeInvalid, "is valid from "
                    + certificate.getNotBefore().toInstant() + " to " + certificate.getNotAfter().toInstant()
                    + " and the gateway's clock says " + clock.instant() + ". Renew it at the server, or set the"
                    + " gateway's clock right");
        }
        if (applicationUri != null && !fits(() -> CertificateValidationUtil.checkApplicationUri(
                certificate, applicationUri))) {
            throw unfit(certificate, StatusCodes.Bad_CertificateUriInvalid, "was issued to the application "
                    + CertificateUtil.getSanUri(certificate).orElse("without a URI") + " and the server calls itself "
                    + applicationUri + ". Renew it at the server after its name was changed");
        }
        String[] names = hosts == null ? new String[0]
                : Arrays.stream(hosts).filter(Objects::nonNull).toArray(String[]::new);
        if (names.length > 0 && !fits(() -> CertificateValidationUtil.checkHostnameOrIpAddress(
                certificate, names))) {
            throw unfit(certificate, StatusCodes.Bad_CertificateHostNameInvalid, "names the hosts "
                    + hostsOf(certificate) + " and the configured one is " + String.join(", ", names)
                    + ". Put one of its hosts into endpoint, or renew it at the server");
        }
    }

    private boolean isOutOfTime(X509Certificate certificate) {
        Instant now = clock.instant();
        return now.isAfter(certificate.getNotAfter().toInstant())
                || now.isBefore(certificate.getNotBefore().toInstant());
    }

    /** No path can be built to a certificate that is over, so that its issuer is looked up alone. */
    private static boolean isSignedByOneOf(X509Certificate certificate, List<X509Certificate> trusted) {
        for (X509Certificate issuer : trusted) {
            boolean isIssuer = issuer.getBasicConstraints() >= 0
                    && issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
            if (isIssuer && isSignedBy(certificate, issuer)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            LOG.debug("not signed by {}", issuer.getSubjectX500Principal(), e);
            return false;
        }
    }

    private UaException unfit(X509Certificate certificate, long code, String why) throws IOException {
        folder.keepRejected(certificate);
        return new UaException(code, "source " + source + ": the server's certificate " + why
                + ". To take it as it is: suimon opcua trust " + TrustFolder.sha1(certificate));
    }

    /** One of Milo's checks, which throw. */
    private interface Check {
        void run() throws UaException;
    }

    private static boolean fits(Check check) {
        try {
            check.run();
            return true;
        } catch (UaException e) {
            LOG.debug("does not fit", e);
            return false;
        }
    }

    private static List<String> hostsOf(X509Certificate certificate) {
        List<String> hosts = new ArrayList<>(CertificateUtil.getSanDnsNames(certificate));
        hosts.addAll(CertificateUtil.getSanIpAddresses(certificate));
        return hosts;
    }

    private static boolean isIssuedByTrusted(List<X509Certificate> chain, List<X509Certificate> trusted) {
        try {
            var path = CertificateValidationUtil.buildTrustedCertPath(chain, trusted, List.of());
            CertificateValidationUtil.validateTrustedCertPath(
                    path.getCertPath(), path.getTrustAnchor(), List.of(),
                    Set.of(), false);
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
