package suimon.connector.opcua;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.Secret;
import suimon.config.SourceSettings;
import suimon.config.Within;

/** One OPC UA server and the nodes read from it. */
@Describe("An OPC UA server whose nodes are subscribed to")
public record OpcUaSettings(
        @Describe("Unique; appears in logs and the books") String name,
        @Describe("Where the server is found, such as opc.tcp://192.168.1.20:4840") URI endpoint,
        @Describe("The security policy; none leaves everything readable on the wire")
                @Default("basic256sha256")
                Security security,
        @Describe("Whether messages are signed only or also encrypted; ignored with security none")
                @Default("sign-and-encrypt")
                Mode mode,
        @Describe("Log in with a name and a password") @Nullable User user,
        @Describe("Log in with a certificate") @Nullable UserCertificate userCertificate,
        @Describe("How often the server sends what it collected")
                @Default("1s") @Within(min = "10ms", max = "1h")
                Duration publishingInterval,
        @Describe("How often the server looks at a node; 0s asks for its fastest")
                @Default("1s") @Within(min = "0s", max = "1h")
                Duration samplingInterval,
        @Describe("How many values per node the server keeps between two publishings")
                @Default("100") @Within(min = "1", max = "100000")
                int queueSize,
        @Describe("A full queue loses its oldest value; false loses the newest") @Default("true")
                boolean discardOldest,
        @Describe("Changes up to this amount are not reported, in the unit of the node")
                @Default("0") @Within(min = "0")
                double deadband,
        @Describe("Read what was missed from the server's history where it has one") @Default("true")
                boolean history,
        @Describe("How far back the history of a series is read when nothing of it is stored yet")
                @Default("0s") @Within(max = "3650d")
                Duration firstHistory,
        @Describe("How many values are asked for in one history request")
                @Default("1000") @Within(min = "1", max = "10000")
                int historyPage,
        @Describe("A node that is silent for so long is read, to see whether the server forgot to report it")
                @Default("1min") @Within(min = "100ms", max = "1d")
                Duration silentAfter,
        @Describe("A caution is raised so long before a certificate ends")
                @Default("30d") @Within(max = "3650d")
                Duration warnBeforeExpiry,
        @Describe("The server opens the connection, as one behind a firewall must; left out, the gateway does")
                @Nullable ReverseSettings reverse,
        @Describe("Take over the server's alarms; left out, none are")
                @Nullable AlarmSettings alarms,
        @Describe("The nodes and the series they fill") List<NodeSettings> nodes)
        implements SourceSettings {

    public OpcUaSettings {
        nodes = List.copyOf(nodes);
        if (!"opc.tcp".equals(endpoint.getScheme()) || endpoint.getHost() == null) {
            throw new IllegalArgumentException("endpoint like opc.tcp://host:4840, not " + endpoint);
        }
        if (user != null && userCertificate != null) {
            throw new IllegalArgumentException("either user or userCertificate, not both");
        }
        if (nodes.isEmpty() && alarms == null) {
            throw new IllegalArgumentException("at least one entry in nodes, or alarms");
        }
        Set<String> seen = new HashSet<>();
        for (NodeSettings node : nodes) {
            if (!seen.add(node.series())) {
                throw new IllegalArgumentException("each series once, not twice " + node.series());
            }
        }
    }

    /**
     * The security policies of OPC UA Part 7 that Milo 1.1 knows. The two that rest on SHA-1 are
     * withdrawn there: for old controllers only.
     */
    public enum Security {
        NONE,
        BASIC128RSA15,
        BASIC256,
        BASIC256SHA256,
        AES128_SHA256_RSAOAEP,
        AES256_SHA256_RSAPSS
    }

    /** MessageSecurityMode of OPC UA Part 4, 7.20. */
    public enum Mode {
        SIGN,
        SIGN_AND_ENCRYPT
    }

    /** A user of the server. */
    public record User(String name, Secret password) {}

    /** A user's certificate and its private key. */
    public record UserCertificate(
            @Describe("X.509 certificate, DER or PEM") Path certificate,
            @Describe("RSA private key, PKCS#8 in PEM") Path key) {}

    /** Where the server comes to when it opens the connection itself (OPC UA Part 6, 7.1.3). */
    public record ReverseSettings(
            @Describe("The address of the gateway at which it waits") @Default("0.0.0.0") String bind,
            @Describe("The port, which the server's own settings name as its client's")
                    @Within(min = "1", max = "65535")
                    int port,
            @Describe("The server's application URI, as it says it on arrival") String serverUri) {}

    /** Which alarms of the server are taken over (OPC UA Part 9). */
    public record AlarmSettings(
            @Describe("The ids of the nodes that tell of events; left out, the Server object, which tells of all")
                    @Default("[i=2253]")
                    List<String> notifiers,
            @Describe("From this severity of 1 to 1000 an alarm is an alert (警戒), below a caution (注意)")
                    @Default("667") @Within(min = "1", max = "1000")
                    int alertFrom) {
        public AlarmSettings {
            notifiers = List.copyOf(notifiers);
            if (notifiers.isEmpty() || notifiers.size() > NOTIFIERS_MAX) {
                throw new IllegalArgumentException("1 to " + NOTIFIERS_MAX + " notifiers, not " + notifiers.size());
            }
        }

        /** A source listens to no more of them; the Server object alone tells of all events. */
        public static final int NOTIFIERS_MAX = 50;
    }

    /** One node; what is left out is taken from the source. */
    public record NodeSettings(
            @Describe("The node id: ns=2;s=Tank1.DO, or nsu=http://maker/;s=Tank1.DO which survives a"
                    + " reordering of namespaces")
                    String node,
            @Describe("The series it fills") String series,
            @Nullable Duration samplingInterval,
            @Nullable Integer queueSize,
            @Nullable Double deadband,
            @Describe("The part of an array that is taken, such as 0:9 or 0,2:3") @Nullable String range,
            @Describe("How long it may be silent, for a node that differs") @Nullable Duration silentAfter) {

        public NodeSettings(String node, String series) {
            this(node, series, null, null, null, null, null);
        }
    }
}
