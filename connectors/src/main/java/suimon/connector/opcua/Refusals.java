package suimon.connector.opcua;

import java.util.Map;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;

/** What to do about what a server answers, by its status code (Part 4, 7.39). */
final class Refusals {
    private static final String TRUST_OURS = "the server does not trust the gateway's certificate: let its"
            + " administrator trust own/certificate.der of this source's folder";

    private static final Map<Long, String> REMEDIES = Map.ofEntries(
            Map.entry(StatusCodes.Bad_SecurityChecksFailed, TRUST_OURS),
            Map.entry(StatusCodes.Bad_CertificateUntrusted, TRUST_OURS),
            Map.entry(StatusCodes.Bad_CertificateInvalid, TRUST_OURS),
            Map.entry(StatusCodes.Bad_CertificateTimeInvalid, "the certificate is not valid at the server's"
                    + " present time: set the clocks right, or remove the source's folder own and trust the new one"),
            Map.entry(StatusCodes.Bad_CertificateUriInvalid, "the certificate names another application: remove"
                    + " the source's folder own, and trust the new certificate at the server"),
            Map.entry(StatusCodes.Bad_CertificateHostNameInvalid, "the certificate names another host: connect by"
                    + " the name in it, or renew it"),
            Map.entry(StatusCodes.Bad_CertificateRevoked, "the certificate was revoked: issue a new one"),
            Map.entry(StatusCodes.Bad_CertificatePolicyCheckFailed, "the certificate does not fit the security"
                    + " policy (key length, signature): choose another security, or renew it"),
            Map.entry(StatusCodes.Bad_IdentityTokenRejected, "the server does not know this user, or the password"
                    + " or user certificate is wrong: correct user"),
            Map.entry(StatusCodes.Bad_IdentityTokenInvalid, "the server does not take this kind of login:"
                    + " correct user or userCertificate"),
            Map.entry(StatusCodes.Bad_UserAccessDenied, "the user may not do this: give it the right at the server,"
                    + " or correct user"),
            Map.entry(StatusCodes.Bad_TooManySessions, "all sessions of the server are taken: close other clients"),
            Map.entry(StatusCodes.Bad_TooManySubscriptions, "all subscriptions of the server are taken: close"
                    + " other clients"),
            Map.entry(StatusCodes.Bad_InvalidTimestamp, "the clocks are too far apart: set the server's or the"
                    + " gateway's right (NTP)"),
            Map.entry(StatusCodes.Bad_NonceInvalid, "the server sent a nonce twice or too short: update its firmware"),
            Map.entry(StatusCodes.Bad_SecurityPolicyRejected, "the server refuses this security: choose another"),
            Map.entry(StatusCodes.Bad_TcpEndpointUrlInvalid, "the server does not know this path: correct endpoint"),
            Map.entry(StatusCodes.Bad_ConnectionClosed, "the server closed the connection: look at its log; it may"
                    + " not trust the gateway's certificate"),
            Map.entry(StatusCodes.Bad_ServerHalted, "the server does not run its application: start it"),
            Map.entry(StatusCodes.Bad_Timeout, "no answer in time: check the network and the server's load"));

    private Refusals() {}

    /** The reason in words, with the remedy where one is known. */
    static String explain(Throwable failure) {
        String reason = Endpoints.reason(failure);
        for (Throwable one = failure; one != null && one != one.getCause(); one = one.getCause()) {
            if (one instanceof UaException answer) {
                long code = answer.getStatusCode().value();
                String name = StatusCodes.lookup(code).map(found -> found[0]).orElse("");
                String told = name.isEmpty() || reason.contains(name) ? reason : reason + " (" + name + ")";
                String remedy = REMEDIES.get(code);
                // What the gateway itself refused says already what to do.
                return remedy == null || reason.contains("suimon opcua trust") ? told : told + "; " + remedy;
            }
        }
        return reason;
    }
}
