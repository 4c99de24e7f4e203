package suimon.connector.opcua;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.milo.opcua.sdk.client.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.identity.IdentityProvider;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;
import org.eclipse.milo.opcua.sdk.client.identity.X509IdentityProvider;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import suimon.connector.opcua.OpcUaSettings.User;
import suimon.connector.opcua.OpcUaSettings.UserCertificate;
import suimon.pipeline.SourceLost;

/** Who the source is to the server: nobody, a user with a password, or a certificate. */
record Identities(OpcUaSettings settings, CertificateWatch certificates) {
    IdentityProvider at(EndpointDescription endpoint, CertificateValidator check) throws SourceLost {
        User user = settings.user();
        UserCertificate certificate = settings.userCertificate();
        try {
            if (user != null) {
                refuseReadablePassword(settings, endpoint);
                return new UsernameProvider(
                        user.name(), user.password().read(), check, Identities::mostSecret);
            }
            if (certificate != null) {
                X509Certificate own = TrustFolder.parse(Files.readAllBytes(certificate.certificate()));
                certificates.watch(CertificateWatch.Whose.USER, own);
                return new X509IdentityProvider(own, OwnCertificate.readKey(certificate.key()));
            }
            return AnonymousProvider.INSTANCE;
        } catch (IOException | GeneralSecurityException e) {
            throw new SourceLost("source " + settings.name() + ": the login can't be read: " + e.getMessage(), e);
        }
    }

    /** A password is encrypted by the token's policy, or by the channel's; one of them must do it. */
    private static void refuseReadablePassword(OpcUaSettings settings, EndpointDescription endpoint)
            throws SourceLost {
        UserTokenPolicy[] offered = endpoint.getUserIdentityTokens();
        boolean isOffered = offered != null
                && List.of(offered).stream().anyMatch(one -> one.getTokenType() == UserTokenType.UserName);
        if (!isOffered) {
            throw new SourceLost("source " + settings.name() + ": " + settings.endpoint()
                    + " takes no user name with security " + settings.security()
                    + "; leave out user, or choose another security");
        }
        boolean isSecret = settings.security() != OpcUaSettings.Security.NONE
                || List.of(offered).stream().anyMatch(Identities::encrypts);
        String host = settings.endpoint().getHost();
        boolean isLoopback = "127.0.0.1".equals(host) || "localhost".equals(host) || "[::1]".equals(host);
        if (!isSecret && !isLoopback) {
            throw new SourceLost("source " + settings.name() + ": the password would travel readable to "
                    + settings.endpoint() + "; choose a security other than none");
        }
    }

    private static UserTokenPolicy mostSecret(List<UserTokenPolicy> offered) {
        return offered.stream().filter(Identities::encrypts).findFirst().orElse(offered.getFirst());
    }

    private static boolean encrypts(UserTokenPolicy policy) {
        String uri = policy.getSecurityPolicyUri();
        return policy.getTokenType() == UserTokenType.UserName
                && uri != null && !uri.isEmpty() && !SecurityPolicy.None.getUri().equals(uri);
    }
}
