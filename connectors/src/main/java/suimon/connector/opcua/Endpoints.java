package suimon.connector.opcua;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransportConfigBuilder;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.SourceLost;

/** Asks a server for its endpoints and picks the configured one (Part 4, 5.5.4). */
final class Endpoints {
    private static final long PATIENCE_SECONDS = 15;

    private Endpoints() {}

    /**
     * The endpoint to use, with host and port of the configuration: servers announce names that
     * only they can resolve, and the configured address is the one that has just answered.
     */
    static EndpointDescription find(OpcUaSettings settings, @Nullable Relay relay)
            throws SourceLost, InterruptedException {
        List<EndpointDescription> offered = ask(settings, settings.endpoint().toString(), relay);
        SecurityPolicy policy = policyOf(settings);
        MessageSecurityMode mode = modeOf(settings);
        Optional<EndpointDescription> chosen = offered.stream()
                .filter(one -> policy.getUri().equals(one.getSecurityPolicyUri()))
                .filter(one -> one.getSecurityMode() == mode)
                .filter(one -> String.valueOf(one.getEndpointUrl()).startsWith("opc.tcp"))
                .findFirst();
        if (chosen.isEmpty()) {
            throw new SourceLost("source " + settings.name() + ": " + settings.endpoint()
                    + " does not offer security " + policy + " with mode " + mode + "; it offers "
                    + offered.stream().map(Endpoints::describe).distinct().toList()
                    + "; change security and mode, or switch it on at the server");
        }
        URI wanted = settings.endpoint();
        return EndpointUtil.updateUrl(chosen.get(), wanted.getHost(), portOf(wanted));
    }

    private static List<EndpointDescription> ask(OpcUaSettings settings, String url, @Nullable Relay relay)
            throws SourceLost, InterruptedException {
        try {
            return relay == null ? request(url) : request(url, relay::through);
        } catch (ExecutionException | TimeoutException failure) {
            if (relay != null) {
                throw new SourceLost("source " + settings.name() + ": no answer over the connection that "
                        + settings.endpoint() + " opened (" + reason(failure) + ")", failure);
            }
            return askElsewhere(settings, url, failure);
        }
    }

    /** Some servers answer discovery only at this path (Part 6, 7.6 leaves the path to them). */
    private static List<EndpointDescription> askElsewhere(
            OpcUaSettings settings, String url, Exception failure)
            throws SourceLost, InterruptedException {
        try {
            return request(url.replaceAll("/+$", "") + "/discovery");
        } catch (ExecutionException | TimeoutException second) {
            failure.addSuppressed(second);
            throw new SourceLost("source " + settings.name() + ": no answer from "
                    + settings.endpoint() + " (" + reason(failure) + "); check power, cable and address", failure);
        }
    }

    /** The endpoint of a server that is open to all, at the address given; for looking only. */
    static EndpointDescription open(String url)
            throws SourceLost, InterruptedException, ExecutionException, TimeoutException {
        URI wanted = URI.create(url);
        if (!"opc.tcp".equals(wanted.getScheme()) || wanted.getHost() == null) {
            throw new SourceLost("expected a URL like opc.tcp://host:4840, not " + url);
        }
        List<EndpointDescription> offered = request(url);
        EndpointDescription chosen = offered.stream()
                .filter(one -> one.getSecurityMode() == MessageSecurityMode.None)
                .findFirst()
                .orElseThrow(() -> new SourceLost(url + " lets nobody look without security; it offers "
                        + offered.stream().map(Endpoints::describe).distinct().toList()
                        + ". Switch security none on at the server for the time of the search"));
        return EndpointUtil.updateUrl(chosen, wanted.getHost(), portOf(wanted));
    }

    /** The URIs of the security policies that a server offers. */
    static List<String> policies(String url)
            throws InterruptedException, ExecutionException, TimeoutException {
        return request(url).stream().map(one -> String.valueOf(one.getSecurityPolicyUri())).distinct().toList();
    }

    private static List<EndpointDescription> request(String url)
            throws InterruptedException, ExecutionException, TimeoutException {
        return request(url, transport -> { });
    }

    private static List<EndpointDescription> request(
            String url, Consumer<OpcTcpClientTransportConfigBuilder> transport)
            throws InterruptedException, ExecutionException, TimeoutException {
        return DiscoveryClient.getEndpoints(url, transport).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static int portOf(URI endpoint) {
        return endpoint.getPort() < 0 ? 4840 : endpoint.getPort();
    }

    private static String describe(EndpointDescription endpoint) {
        String uri = String.valueOf(endpoint.getSecurityPolicyUri());
        return uri.substring(uri.indexOf('#') + 1) + "/" + endpoint.getSecurityMode();
    }

    static SecurityPolicy policyOf(OpcUaSettings settings) {
        return switch (settings.security()) {
            case NONE -> SecurityPolicy.None;
            case BASIC128RSA15 -> SecurityPolicy.Basic128Rsa15;
            case BASIC256 -> SecurityPolicy.Basic256;
            case BASIC256SHA256 -> SecurityPolicy.Basic256Sha256;
            case AES128_SHA256_RSAOAEP -> SecurityPolicy.Aes128_Sha256_RsaOaep;
            case AES256_SHA256_RSAPSS -> SecurityPolicy.Aes256_Sha256_RsaPss;
        };
    }

    private static MessageSecurityMode modeOf(OpcUaSettings settings) {
        if (settings.security() == OpcUaSettings.Security.NONE) {
            return MessageSecurityMode.None;
        }
        return switch (settings.mode()) {
            case SIGN -> MessageSecurityMode.Sign;
            case SIGN_AND_ENCRYPT -> MessageSecurityMode.SignAndEncrypt;
        };
    }
}
