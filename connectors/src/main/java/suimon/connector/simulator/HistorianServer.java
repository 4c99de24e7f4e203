package suimon.connector.simulator;

import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.CompositeValidator;
import org.eclipse.milo.opcua.sdk.server.identity.UsernameIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.X509IdentityValidator;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.security.CertificateManager;
import org.eclipse.milo.opcua.stack.core.security.CertificateStore;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultApplicationGroup;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateStore;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.security.RsaSha256CertificateFactory;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.transport.TransportProfile;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/**
 * A real OPC UA server on loopback with history, all the policies the client knows, and any client
 * certificate let in where the set-up does not say otherwise: a stand-in for a plant's server, never part of a site.
 */
public final class HistorianServer implements AutoCloseable {
    private static final String URI = "urn:suimon:simulator:server";

    private final OpcUaServer server;
    private final HistorianNamespace namespace;

    /** The key pair and certificate of a server; kept, it is the same server after a restart. */
    public record Keys(KeyPair pair, X509Certificate certificate) {
        public static Keys make() {
            FutureTask<Keys> task = new FutureTask<>(() -> {
                KeyPair pair = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
                return new Keys(pair, new SelfSignedCertificateBuilder(pair)
                        .setCommonName("Suimon simulated water main")
                        .setOrganization("Suimon")
                        .setApplicationUri(URI)
                        .addDnsName("localhost")
                        .addIpAddress("127.0.0.1")
                        .build());
            });
            task.run();
            try {
                return task.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("no certificate for the simulated server", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /**
     * How a server is set up.
     *
     * @param announcedHost the name it announces in its endpoints, resolvable or not
     * @param users name to password; empty: anonymous is let in
     * @param certificateUsers which user certificates are let in
     * @param clients which gateways are let in
     */
    public record Setup(
            int port, String announcedHost, Keys keys, Map<String, String> users,
            Predicate<X509Certificate> certificateUsers, CertificateValidator clients) {
        /** Any gateway is let in. */
        public Setup(
                int port, String announcedHost, Keys keys, Map<String, String> users,
                Predicate<X509Certificate> certificateUsers) {
            this(port, announcedHost, keys, users, certificateUsers, (chain, uri, hosts) -> {});
        }

        public static Setup open(int port, Keys keys) {
            return new Setup(port, "localhost", keys, Map.of(), any -> false);
        }
    }

    /** Starts it. */
    public HistorianServer(Setup setup, Historian historian) {
        this.server = new OpcUaServer(configOf(setup), profile ->
                new OpcTcpServerTransport(OpcTcpServerTransportConfig.newBuilder().build()));
        this.namespace = new HistorianNamespace(server, historian);
        namespace.startup();
        server.startup().join();
    }

    private static OpcUaServerConfig configOf(Setup setup) {
        return OpcUaServerConfig.builder()
                .setApplicationName(LocalizedText.english("Suimon simulated server"))
                .setApplicationUri(URI)
                .setProductUri("urn:suimon:simulator")
                .setCertificateManager(certificatesOf(setup.keys(), setup.clients()))
                .setIdentityValidator(identitiesOf(setup))
                .setEndpoints(endpointsOf(setup))
                .build();
    }

    private static CompositeValidator identitiesOf(Setup setup) {
        UsernameIdentityValidator byName = new UsernameIdentityValidator(challenge ->
                challenge.getPassword().equals(setup.users().get(challenge.getUsername())));
        X509IdentityValidator byCertificate = new X509IdentityValidator(setup.certificateUsers());
        return setup.users().isEmpty()
                ? new CompositeValidator(AnonymousIdentityValidator.INSTANCE, byCertificate)
                : new CompositeValidator(byName, byCertificate);
    }

    private static Set<EndpointConfig> endpointsOf(Setup setup) {
        Set<EndpointConfig> endpoints = new LinkedHashSet<>();
        for (SecurityPolicy policy : policies()) {
            List<MessageSecurityMode> modes = policy == SecurityPolicy.None
                    ? List.of(MessageSecurityMode.None)
                    : List.of(MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt);
            for (MessageSecurityMode mode : modes) {
                endpoints.add(EndpointConfig.newBuilder()
                        .setTransportProfile(TransportProfile.TCP_UASC_UABINARY)
                        .setBindAddress("127.0.0.1")
                        .setBindPort(setup.port())
                        .setHostname(setup.announcedHost())
                        .setPath("/")
                        .setCertificate(setup.keys().certificate())
                        .setSecurityPolicy(policy)
                        .setSecurityMode(mode)
                        .addTokenPolicies(tokensOf(setup))
                        .build());
            }
        }
        return endpoints;
    }

    private static List<SecurityPolicy> policies() {
        List<SecurityPolicy> plain = List.of(
                SecurityPolicy.None, SecurityPolicy.Basic128Rsa15, SecurityPolicy.Basic256,
                SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes128_Sha256_RsaOaep);
        try {
            Signature.getInstance("SHA256withRSA/PSS");
            return Stream.concat(plain.stream(), Stream.of(SecurityPolicy.Aes256_Sha256_RsaPss)).toList();
        } catch (NoSuchAlgorithmException e) {
            return plain;
        }
    }

    private static UserTokenPolicy[] tokensOf(Setup setup) {
        String secret = SecurityPolicy.Basic256Sha256.getUri();
        UserTokenPolicy certificate =
                new UserTokenPolicy("certificate", UserTokenType.Certificate, null, null, secret);
        UserTokenPolicy other = setup.users().isEmpty()
                ? new UserTokenPolicy("anonymous", UserTokenType.Anonymous, null, null, null)
                : new UserTokenPolicy("user", UserTokenType.UserName, null, null, secret);
        return new UserTokenPolicy[] {other, certificate};
    }

    private static CertificateManager certificatesOf(Keys keys, CertificateValidator clients) {
        CertificateStore store = new MemoryCertificateStore();
        RsaSha256CertificateFactory factory = new RsaSha256CertificateFactory() {
            @Override
            public KeyPair createKeyPair(NodeId certificateType) {
                return keys.pair();
            }

            @Override
            protected X509Certificate[] createRsaSha256CertificateChain(KeyPair pair) {
                return new X509Certificate[] {keys.certificate()};
            }
        };
        FutureTask<DefaultApplicationGroup> task = new FutureTask<>(() ->
                DefaultApplicationGroup.createAndInitialize(
                        new MemoryTrustListManager(), store, factory, clients));
        task.run();
        try {
            return new DefaultCertificateManager(new MemoryCertificateQuarantine(), task.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulated server's certificate is not usable", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Adds a node of a type such as {@code NodeIds.Double} below the folder Site. */
    public void add(String name, NodeId dataType, boolean hasHistory) {
        namespace.add(name, dataType, hasHistory);
    }

    /** Adds a node of doubles with history. */
    public void add(String name) {
        namespace.add(name, NodeIds.Double, true);
    }

    /** Gives a node a new value: to its history and to everybody who watches it. */
    public void publish(String name, DataValue value) {
        namespace.publish(name, value);
    }

    /** The server itself, for namespaces beside the simulated one. */
    public OpcUaServer server() {
        return server;
    }

    /** The node id as a client's configuration writes it. */
    public String idOf(String name) {
        return namespace.idOf(name).toParseableString();
    }

    /** Whether a client is subscribed to something. */
    public boolean isWatched() {
        return !server.getSubscriptions().isEmpty();
    }

    @Override
    public void close() {
        namespace.shutdown();
        server.shutdown().join();
    }
}
