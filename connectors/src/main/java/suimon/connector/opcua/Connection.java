package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.SessionActivityListener;
import org.eclipse.milo.opcua.sdk.client.UaSession;
import org.eclipse.milo.opcua.sdk.client.subscriptions.MonitoredItemServiceOperationResult;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransport;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransportConfig;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransportConfigBuilder;
import org.jspecify.annotations.Nullable;
import suimon.connector.opcua.CertificateWatch.Whose;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceLost;

/**
 * One session with one subscription. Short breaks Milo bridges by itself (a new channel, the
 * subscription transferred, missed notifications asked for again); when that fails the connection is
 * over for good, says so, and the source makes a new one.
 */
final class Connection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(15);
    private static final double KEEP_ALIVE_MILLIS = 5_000;

    /** So many nodes are read at once; the others have their turn at the next call. */
    private static final int READ_MAX = 100;

    /** How long Milo may try to get a lost session back before the connection is given up. */
    private static final long RECOVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final OpcUaSettings settings;
    private final SourceContext context;
    private final Desk desk;
    private final LiveQueue queue;
    private final Conditions conditions;
    private final UnitGuard units;
    private final Collection<TrackedNode> nodes;
    private final OpcUaClient client;
    private final OpcUaSubscription subscription;
    private final Notifiers notifiers;
    private volatile long epoch;
    private volatile long silenceNanos = Long.MAX_VALUE;
    private volatile long heardNanos;
    private volatile long inactiveSinceNanos;
    private volatile boolean isInactive;
    private volatile @Nullable String over;

    /** What outlives a connection: where it delivers to, and whom it tells. */
    record Parts(
            OpcUaSettings settings, SourceContext context, Desk desk, LiveQueue queue, Conditions conditions,
            CertificateWatch certificates, Collection<TrackedNode> nodes, UnitGuard units, @Nullable Relay relay) {}

    private Connection(Parts parts, OpcUaClient client) {
        this.settings = parts.settings();
        this.context = parts.context();
        this.desk = parts.desk();
        this.queue = parts.queue();
        this.conditions = parts.conditions();
        this.units = parts.units();
        this.nodes = parts.nodes();
        this.client = client;
        this.notifiers = new Notifiers(settings.name(), client, conditions, context.ticker());
        this.subscription = new OpcUaSubscription(client, settings.publishingInterval().toMillis());
    }

    /** Connects and subscribes; blocks until both are done or have failed. */
    static Connection open(Parts parts, String reason) throws SourceLost, InterruptedException {
        OpcUaSettings settings = parts.settings();
        OpcUaClient client = clientOf(parts);
        Connection connection = new Connection(parts, client);
        boolean isOpen = false;
        try {
            client.connectAsync().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            connection.subscribe(reason);
            isOpen = true;
            return connection;
        } catch (ExecutionException | TimeoutException | UaException e) {
            throw new SourceLost("source " + settings.name() + ": " + settings.endpoint()
                    + " refused: " + Refusals.explain(e), e);
        } finally {
            if (!isOpen) {
                connection.close();
            }
        }
    }

    private static OpcUaClient clientOf(Parts parts) throws SourceLost, InterruptedException {
        OpcUaSettings settings = parts.settings();
        SourceContext context = parts.context();
        CertificateWatch certificates = parts.certificates();
        ServerCheck check =
                new ServerCheck(settings.name(), new TrustFolder(context.folder()), context.clock());
        EndpointDescription endpoint = Endpoints.find(settings, parts.relay());
        if (settings.security() == OpcUaSettings.Security.AES256_SHA256_RSAPSS) {
            Signatures.providePss();
        }
        try {
            OwnCertificate own = OwnCertificate.in(context.folder(), context.siteId());
            if (settings.security() != OpcUaSettings.Security.NONE) {
                certificates.watch(Whose.GATEWAY, own.certificate());
                byte[] server = endpoint.getServerCertificate().bytesOrEmpty();
                certificates.watch(Whose.SERVER, CertificateUtil.decodeCertificate(server));
            }
            check.refuseUntrusted(endpoint);
            Identities identities = new Identities(settings, certificates);
            OpcUaClientConfig config = OpcUaClientConfig.builder()
                    .setEndpoint(endpoint)
                    .setApplicationName(LocalizedText.english("Suimon " + context.siteId()))
                    .setApplicationUri(own.applicationUri())
                    .setProductUri("urn:suimon:gateway")
                    .setKeyPair(own.keys())
                    .setCertificate(own.certificate())
                    .setCertificateChain(new X509Certificate[] {own.certificate()})
                    .setCertificateValidator(check)
                    .setIdentityProvider(identities.at(endpoint, check))
                    .setRequestTimeout(uint(REQUEST_PATIENCE.toMillis()))
                    .setSessionTimeout(uint(60_000))
                    .build();
            OpcTcpClientTransportConfigBuilder transport = OpcTcpClientTransportConfig.newBuilder();
            if (parts.relay() != null) {
                parts.relay().through(transport);
            }
            return new OpcUaClient(config, new OpcTcpClientTransport(transport.build()));
        } catch (UaException | java.io.IOException e) {
            throw new SourceLost(Endpoints.reason(e), e);
        }
    }

    private void subscribe(String reason) throws UaException, InterruptedException {
        client.addSessionActivityListener(new Session());
        subscription.setTargetKeepAliveInterval(KEEP_ALIVE_MILLIS);
        subscription.setLifetimeAndKeepAliveCalculated(true);
        subscription.setSubscriptionListener(new Listener());
        heard();
        epoch = queue.begin(nodes, reason);
        nodes.forEach(node -> node.isWatched = false);
        subscription.create();
        double keepAliveMillis = subscription.getRevisedPublishingInterval().orElse(1_000.0)
                * subscription.getRevisedMaxKeepAliveCount().map(Number::longValue).orElse(10L);
        // Three keep-alives may be lost; anything beyond is a dead subscription, whatever the session says.
        silenceNanos = Duration.ofMillis(Math.round(3 * keepAliveMillis) + 2_000).toNanos();
        Items items = new Items(
                settings, desk, client.getNamespaceTable(), Clocks.nanos(context.clock()));
        List<TrackedNode> resolved = items.resolved(nodes);
        new NodeStudy(client).study(resolved);
        heard();
        List<TrackedNode> fitting = items.fitting(resolved, units);
        subscription.addMonitoredItems(items.ofUnits(fitting));
        subscription.addMonitoredItems(items.of(fitting));
        if (settings.alarms() != null) {
            subscription.addMonitoredItems(notifiers.items(settings.alarms().notifiers()));
        }
        createItems();
        notifiers.begin();
    }

    /** Asks for the nodes that are not subscribed yet; also for those that were refused before. */
    void createItems() throws UaException, InterruptedException {
        for (MonitoredItemServiceOperationResult result : subscription.createMonitoredItems()) {
            if (!result.serviceResult().isGood()) {
                throw new UaException(result.serviceResult());
            }
            Object of = result.monitoredItem().getUserObject().orElseThrow();
            if (of instanceof Notifiers.Notifier notifier) {
                notifiers.created(notifier, result);
                continue;
            }
            if (of instanceof Items.UnitOf) {
                continue;
            }
            TrackedNode node = (TrackedNode) of;
            StatusCode outcome = result.operationResult().orElse(StatusCode.BAD);
            if (outcome.isGood()) {
                node.enable();
                node.watched(context.ticker().nanos());
            } else {
                desk.disable(node, Items.explain(outcome), Clocks.nanos(context.clock()));
            }
        }
    }

    /**
     * Reads the nodes whose flow is broken and whose next value has not come: when the last change
     * of a valve was lost, no other may follow for days. Call now and then.
     */
    void refresh() throws UaException {
        List<TrackedNode> broken = nodes.stream()
                .filter(node -> node.broken.get() != null && node.id() != null && node.trouble().isEmpty())
                .limit(READ_MAX)
                .toList();
        if (!broken.isEmpty() && queue.hasRoom()) {
            List<DataValue> values = read(broken);
            for (int index = 0; index < values.size(); index++) {
                broken.get(index).latest = values.get(index);
            }
            queue.add(epoch, broken, values, Clocks.nanos(context.clock()));
        }
    }

    /** Asks which conditions stand when that is due. Call now and then. */
    void refreshConditions() throws UaException {
        UInteger id = subscription.getSubscriptionId().orElse(null);
        if (id != null && !isInactive) {
            notifiers.look(id);
        }
    }

    /** Why some notifiers tell of no alarms. */
    List<String> alarmTroubles() {
        return notifiers.troubles();
    }

    /** The values that the nodes have at the server now. */
    List<DataValue> read(List<TrackedNode> targets) throws UaException {
        List<ReadValueId> ids = targets.stream().map(node -> new ReadValueId(Objects.requireNonNull(node.id()),
                AttributeId.Value.uid(), node.settings.range(), QualifiedName.NULL_VALUE)).toList();
        DataValue[] values = client.read(0, TimestampsToReturn.Both, ids).getResults();
        if (values == null || values.length != targets.size()) {
            throw new UaException(StatusCodes.Bad_UnknownResponse, "an answer without the values asked for");
        }
        return List.of(values);
    }

    /** A value that was read, where the subscription should have brought it and perhaps others. */
    void deliverMissed(TrackedNode node, DataValue value) {
        node.latest = value;
        node.broken.compareAndSet(null, "the server did not report a change");
        queue.add(epoch, List.of(node), List.of(value), Clocks.nanos(context.clock()));
    }

    /** Deletes the monitored items of these nodes and makes new ones. */
    void remake(List<TrackedNode> targets) throws UaException, InterruptedException {
        subscription.removeMonitoredItems(subscription.getMonitoredItems().stream()
                .filter(item -> item.getUserObject().filter(targets::contains).isPresent()).toList());
        subscription.deleteMonitoredItems();
        Items items = new Items(settings, desk, client.getNamespaceTable(), Clocks.nanos(context.clock()));
        subscription.addMonitoredItems(items.of(targets));
        createItems();
    }

    OpcUaClient client() {
        return client;
    }

    /** Why the connection is over; null while it is alive or Milo may still save it. */
    @Nullable String over() {
        long now = context.ticker().nanos();
        if (over != null) {
            return over;
        }
        if (isInactive) {
            return now - inactiveSinceNanos > RECOVERY_NANOS ? "the session was lost" : null;
        }
        return now - heardNanos > silenceNanos ? "neither data nor keep-alive came in time" : null;
    }

    private void heard() {
        heardNanos = context.ticker().nanos();
    }

    @Override
    public void close() {
        over = "closed";
        try {
            client.disconnectAsync().get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The server is gone; there is nobody to say goodbye to.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called on Milo's threads: takes notes only. */
    private final class Session implements SessionActivityListener {
        @Override
        public void onSessionActive(UaSession session) {
            heard();
            if (isInactive) {
                conditions.wantRefresh();
            }
            isInactive = false;
        }

        @Override
        public void onSessionInactive(UaSession session) {
            inactiveSinceNanos = context.ticker().nanos();
            isInactive = true;
        }
    }

    /** Called on Milo's threads: enqueues only. */
    private final class Listener implements OpcUaSubscription.SubscriptionListener {
        @Override
        public void onDataReceived(
                OpcUaSubscription from, List<OpcUaMonitoredItem> items, List<DataValue> values) {
            heard();
            List<TrackedNode> targets = new ArrayList<>(items.size());
            List<DataValue> own = new ArrayList<>(items.size());
            for (int index = 0; index < items.size(); index++) {
                Object of = items.get(index).getUserObject().orElseThrow();
                if (of instanceof Items.UnitOf unit) {
                    // Heard before the values of the same notification are judged.
                    hearUnit(unit.node(), values.get(index));
                } else {
                    TrackedNode node = (TrackedNode) of;
                    node.heard(values.get(index), heardNanos);
                    targets.add(node);
                    own.add(values.get(index));
                }
            }
            queue.add(epoch, targets, own, Clocks.nanos(context.clock()));
        }

        private void hearUnit(TrackedNode node, DataValue value) {
            if (NodeStudy.decoded(client, value.value().value()) instanceof EUInformation unit) {
                node.unitTold = EngineeringUnits.told(unit);
            }
        }

        @Override
        public void onEventReceived(
                OpcUaSubscription from, List<OpcUaMonitoredItem> items, List<Variant[]> fields) {
            heard();
            for (int index = 0; index < items.size(); index++) {
                conditions.add(items.get(index), fields.get(index), client.getNamespaceTable());
            }
        }

        @Override
        public void onKeepAliveReceived(OpcUaSubscription from) {
            heard();
        }

        @Override
        public void onNotificationDataLost(OpcUaSubscription from) {
            nodes.forEach(node -> node.broken.compareAndSet(null, "notifications were lost on the way"));
            conditions.wantRefresh();
        }

        @Override
        public void onStatusChanged(OpcUaSubscription from, StatusCode status) {
            over = "the server ended the subscription (" + status + ")";
        }

        @Override
        public void onTransferFailed(OpcUaSubscription from, StatusCode status) {
            over = "the subscription could not be transferred (" + status + ")";
        }
    }
}
