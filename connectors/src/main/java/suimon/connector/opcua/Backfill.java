package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryData;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadResult;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadRawModifiedDetails;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.SourceContext;

/**
 * Fills holes from the server's history, page by page (Part 11, 6.5.3), or records them as lost
 * where the server has no history for the node. Runs on one thread beside the live values; what
 * both bring counts once, since a reading is the same when series, time and value are.
 */
final class Backfill {
    /** So often an answer that may change is asked for again; then the range is recorded as lost. */
    static final int TRIES_MAX = 5;

    /** A server that never ends its continuation points is left after so many pages of one hole. */
    static final int PAGES_MAX = 100_000;

    private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

    /** Answers that will not change: no history for this node, or none for us (Part 4, 5.10.3). */
    private static final Set<Long> WITHOUT_HISTORY = Set.of(
            StatusCodes.Bad_HistoryOperationUnsupported, StatusCodes.Bad_HistoryOperationInvalid,
            StatusCodes.Bad_ServiceUnsupported, StatusCodes.Bad_NotImplemented,
            StatusCodes.Bad_NotSupported, StatusCodes.Bad_NotReadable, StatusCodes.Bad_UserAccessDenied,
            StatusCodes.Bad_NodeIdUnknown, StatusCodes.Bad_NodeIdInvalid, StatusCodes.Bad_AttributeIdInvalid);

    private final OpcUaSettings settings;
    private final SourceContext context;
    private final Desk desk;
    private final Map<TrackedNode, Attempt> attempts = new HashMap<>();

    /** How often a node's history failed in a way that may pass, and when to ask again. */
    private record Attempt(int tries, long notBeforeNanos) {}

    Backfill(OpcUaSettings settings, SourceContext context, Desk desk) {
        this.settings = settings;
        this.context = context;
        this.desk = desk;
    }

    /** Works through all holes that can be worked on now. */
    void work(Connection connection, Collection<TrackedNode> nodes) throws InterruptedException {
        for (TrackedNode node : nodes) {
            // A history in another unit must not fill the hole.
            for (Hole hole : node.unitRefusal.isEmpty() ? desk.holesOf(node) : List.<Hole>of()) {
                if (connection.over() != null) {
                    return;
                }
                NodeId id = node.id();
                Attempt attempt = attempts.get(node);
                boolean isDue = attempt == null || context.ticker().nanos() - attempt.notBeforeNanos() >= 0;
                if (id != null && isDue) {
                    fill(connection, node, id, hole);
                }
            }
        }
    }

    private void fill(Connection connection, TrackedNode node, NodeId id, Hole hole) throws InterruptedException {
        if (!settings.history()) {
            giveUp(node, hole, hole.reason() + "; reading history is switched off");
            return;
        }
        try {
            read(connection.client(), node, id, hole);
            attempts.remove(node);
        } catch (UaException e) {
            failed(connection, node, e.getStatusCode());
        }
    }

    private void failed(Connection connection, TrackedNode node, StatusCode status) throws InterruptedException {
        String name = StatusCodes.lookup(status.value()).map(found -> found[0]).orElse(status.toString());
        // What is left of the hole: pages may have been handed over before the failure.
        Hole rest = desk.holesOf(node).getFirst();
        if (WITHOUT_HISTORY.contains(status.value())) {
            giveUp(node, rest, rest.reason() + "; the server has no history for the node (" + name + ")");
            return;
        }
        if (connection.over() != null) {
            return;
        }
        Attempt before = attempts.get(node);
        int tries = before == null ? 1 : before.tries() + 1;
        LOG.info("source={} series={} history not read: {} (try {} of {})",
                settings.name(), node.series(), name, tries, TRIES_MAX);
        if (tries >= TRIES_MAX) {
            attempts.remove(node);
            giveUp(node, rest, rest.reason() + "; its history could not be read (" + name + ")");
        } else {
            attempts.put(node, new Attempt(tries, context.ticker().nanos() + RETRY_NANOS));
        }
    }

    private void giveUp(TrackedNode node, Hole hole, String reason) throws InterruptedException {
        // Without an earlier value nothing is known to be missing.
        if (hole.isExact()) {
            desk.lost(node, hole.from(), hole.to(), reason);
        }
        desk.settled(node, hole);
    }

    private void read(OpcUaClient client, TrackedNode node, NodeId id, Hole hole)
            throws UaException, InterruptedException {
        Hole rest = hole;
        ByteString continuation = ByteString.NULL_VALUE;
        long first = Long.MIN_VALUE;
        for (int page = 0; page < PAGES_MAX; page++) {
            HistoryReadResult result = request(client, id, node.settings.range(), hole, continuation);
            List<DataValue> values = valuesOf(client, result);
            if (first == Long.MIN_VALUE && !values.isEmpty()) {
                first = Values.measuredNanos(values.getFirst());
            }
            if (!values.isEmpty()) {
                rest = desk.page(node, rest, values, Clocks.nanos(context.clock()));
            }
            continuation = result.getContinuationPoint();
            if (continuation == null || continuation.isNullOrEmpty()) {
                break;
            }
        }
        release(client, id, hole, continuation);
        boolean reachesBack = first != Long.MIN_VALUE && first <= hole.from();
        if (hole.isExact() && !reachesBack) {
            long to = first == Long.MIN_VALUE ? hole.to() : Math.min(first, hole.to());
            desk.lost(node, hole.from(), to, hole.reason()
                    + "; the server's history does not reach back to the last stored value");
        }
        desk.settled(node, rest);
    }

    /** Gives an unfinished continuation point back, of which a server has few. */
    private static void release(OpcUaClient client, NodeId id, Hole hole, ByteString continuation)
            throws UaException {
        if (continuation != null && !continuation.isNullOrEmpty()) {
            var node = new HistoryReadValueId(id, null, QualifiedName.NULL_VALUE, continuation);
            client.historyRead(
                    details(hole, 0), TimestampsToReturn.Both, true, List.of(node));
        }
    }

    private HistoryReadResult request(
            OpcUaClient client, NodeId id, @Nullable String range, Hole hole, ByteString continuation)
            throws UaException {
        var node = new HistoryReadValueId(id, range, QualifiedName.NULL_VALUE, continuation);
        ReadRawModifiedDetails details = details(hole, settings.historyPage());
        HistoryReadResult[] results = client.historyRead(
                details, TimestampsToReturn.Both, false, List.of(node)).getResults();
        if (results == null || results.length != 1) {
            throw new UaException(StatusCodes.Bad_UnknownResponse, "a history answer without a result");
        }
        if (results[0].getStatusCode().isBad()) {
            throw new UaException(results[0].getStatusCode());
        }
        return results[0];
    }

    private static ReadRawModifiedDetails details(Hole hole, int page) {
        // The end is exclusive in some servers and inclusive in others; one tick more costs nothing.
        return new ReadRawModifiedDetails(
                false, Values.dateTime(hole.from()), Values.dateTime(hole.to() + 100), uint(page), false);
    }

    private static List<DataValue> valuesOf(OpcUaClient client, HistoryReadResult result) throws UaException {
        ExtensionObject encoded = result.getHistoryData();
        if (encoded == null || encoded.isNull()) {
            return List.of();
        }
        Object decoded = encoded.decode(client.getStaticEncodingContext());
        if (decoded instanceof HistoryData history && history.getDataValues() != null) {
            return List.of(history.getDataValues());
        }
        return List.of();
    }
}
