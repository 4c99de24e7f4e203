package suimon.connector.opcua;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.jspecify.annotations.Nullable;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.pipeline.Description;

/** What is known of one configured node while the source runs. Safe for the source's threads. */
final class TrackedNode {
    final NodeSettings settings;

    /** Why values may be missing before the next one; null while the flow is unbroken. */
    final AtomicReference<@Nullable String> broken = new AtomicReference<>();

    /** The newest source time handed over, nanoseconds since 1970; guarded by the {@link Desk}. */
    long newestNanos;

    /** The notification that is being handed over, and the newest time before it; guarded likewise. */
    long notification;

    long newestBeforeNanos;

    /** Ranges still to be read from the history; guarded by the {@link Desk}. */
    final List<Hole> holes = new ArrayList<>();

    /** What the values of an enumeration mean; empty where the node is none. */
    volatile Map<Long, String> names = Map.of();

    /** Decodes the server's own structures; null while there is no connection. */
    volatile Composite.@Nullable Types types;

    /** What the server says of unit and ranges; null where it says nothing. */
    volatile @Nullable Description description;

    /** The property that holds its unit; null where it has none. */
    volatile @Nullable NodeId unitNode;

    /** What the server says its unit is, as {@link EngineeringUnits#told}; empty where it says none. */
    volatile String unitTold = "";

    /** The unit judged last and why it was refused, and the one taken last; of {@link UnitGuard}. */
    volatile String unitJudged = "";

    volatile String unitRefusal = "";

    volatile String unitTaken = "";

    /** The last value that was reported or read; null before the first. */
    volatile @Nullable DataValue latest;

    /** When the subscription last reported a value, or its item was made, on the monotonic clock. */
    volatile long heardNanos;

    /** Whether the server has taken it as a monitored item. */
    volatile boolean isWatched;

    /** What was done since the server did not report its changes. */
    volatile NodeWatch.Measure measure = NodeWatch.Measure.NONE;

    /** When it was last read for its silence, and first found changed unreported (0: not); of {@link NodeWatch}. */
    long checkedNanos;

    long suspectedNanos;

    private volatile int reports;
    private volatile @Nullable NodeId id;
    private volatile String trouble = "";

    TrackedNode(NodeSettings settings, long newestNanos) {
        this.settings = settings;
        this.newestNanos = newestNanos;
    }

    String series() {
        return settings.series();
    }

    /** The node id with the server's namespace index; null until resolved. */
    @Nullable NodeId id() {
        return id;
    }

    void resolved(NodeId found) {
        id = found;
    }

    /** The server has made an item of it, and will report its value once at least. */
    void watched(long nowNanos) {
        heardNanos = nowNanos;
        checkedNanos = nowNanos;
        suspectedNanos = 0;
        reports = 0;
        isWatched = true;
    }

    /** The subscription brought a value; by its thread alone. */
    void heard(DataValue value, long nowNanos) {
        latest = value;
        heardNanos = nowNanos;
        reports = Math.min(reports, 1) + 1;
        if (isReporting()) {
            measure = NodeWatch.Measure.NONE;
        }
    }

    /** Whether it was heard more than the once that each new item brings. */
    boolean isReporting() {
        return reports > 1;
    }

    /** Why the node delivers nothing; empty when it does. */
    String trouble() {
        return trouble;
    }

    /** Notes why the node is out; true when this was not known before. */
    boolean disable(String reason) {
        boolean isNews = !trouble.equals(reason);
        trouble = reason;
        return isNews;
    }

    void enable() {
        trouble = "";
    }
}
