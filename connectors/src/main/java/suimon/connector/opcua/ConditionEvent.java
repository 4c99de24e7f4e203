package suimon.connector.opcua;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.structured.ContentFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.EventFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.SimpleAttributeOperand;
import org.jspecify.annotations.Nullable;

/**
 * One event as it was selected (Part 9, 5.5 to 5.8). A field that the event's type does not have, or
 * that has another type than the standard gives it, is null, empty or false.
 *
 * @param source what the event is about, as the server names it
 * @param condition the ConditionId; null where the event is no condition's
 * @param isBranch an earlier state of the condition that still wants its acknowledgement
 * @param isActive ActiveState; null where the condition has none
 * @param isAcknowledged AckedState; null where the condition can't be acknowledged
 * @param isEnabled EnabledState; true where it is not said
 * @param isHidden suppressed or shelved by an operator of the server
 */
record ConditionEvent(
        NodeId type, String source, @Nullable Instant time, String message, int severity,
        @Nullable NodeId condition, String name, boolean isBranch, boolean isRetained,
        @Nullable Boolean isActive, @Nullable Boolean isAcknowledged, boolean isEnabled, boolean isHidden) {
    /** Texts of a server are cut there. */
    static final int CHARACTERS_MAX = 300;

    /** Where the server says none, the middle of the scale (Part 5, 6.4.2: 1 to 1000). */
    static final int SEVERITY_UNKNOWN = 500;

    private static final List<SimpleAttributeOperand> SELECTED = List.of(
            field(NodeIds.BaseEventType, "EventType"),
            field(NodeIds.BaseEventType, "SourceName"),
            field(NodeIds.BaseEventType, "Time"),
            field(NodeIds.BaseEventType, "Message"),
            field(NodeIds.BaseEventType, "Severity"),
            // The condition's own id is selected by its NodeId attribute (Part 9, 5.5.2).
            new SimpleAttributeOperand(
                    NodeIds.ConditionType, new QualifiedName[0], AttributeId.NodeId.uid(), null),
            field(NodeIds.ConditionType, "ConditionName"),
            field(NodeIds.ConditionType, "BranchId"),
            field(NodeIds.ConditionType, "Retain"),
            field(NodeIds.AlarmConditionType, "ActiveState", "Id"),
            field(NodeIds.AcknowledgeableConditionType, "AckedState", "Id"),
            field(NodeIds.ConditionType, "EnabledState", "Id"),
            field(NodeIds.AlarmConditionType, "SuppressedOrShelved"));

    /** Selects the fields; what is no condition is left out on arrival, since not all servers can filter. */
    static EventFilter filter() {
        return new EventFilter(SELECTED.toArray(new SimpleAttributeOperand[0]), new ContentFilter(null));
    }

    private static SimpleAttributeOperand field(NodeId type, String... path) {
        QualifiedName[] names = new QualifiedName[path.length];
        for (int index = 0; index < path.length; index++) {
            names[index] = new QualifiedName(0, path[index]);
        }
        return new SimpleAttributeOperand(type, names, AttributeId.Value.uid(), null);
    }

    /** The event with these fields, in the order of the filter. */
    static ConditionEvent of(Variant @Nullable [] fields) {
        Fields of = new Fields(fields == null ? new Variant[0] : fields);
        NodeId branch = of.get(7, NodeId.class);
        DateTime time = of.get(2, DateTime.class);
        Number severity = of.get(4, Number.class);
        NodeId type = of.get(0, NodeId.class);
        NodeId condition = of.get(5, NodeId.class);
        return new ConditionEvent(
                type == null ? NodeId.NULL_VALUE : type,
                of.text(1),
                time == null || time.getUtcTime() <= 0 ? null : time.getJavaInstant(),
                of.text(3),
                severity == null || severity.intValue() < 1 ? SEVERITY_UNKNOWN
                        : Math.min(severity.intValue(), 1000),
                condition == null || condition.isNull() ? null : condition,
                of.text(6),
                branch != null && branch.isNotNull(),
                Boolean.TRUE.equals(of.get(8, Boolean.class)),
                of.get(9, Boolean.class),
                of.get(10, Boolean.class),
                !Boolean.FALSE.equals(of.get(11, Boolean.class)),
                Boolean.TRUE.equals(of.get(12, Boolean.class)));
    }

    /** The condition holds; one without an active state does as long as the server wants it seen. */
    boolean holds() {
        return isEnabled && (isActive == null ? isRetained : isActive);
    }

    /** The fields of an event, of whatever length and types the server sent. */
    private record Fields(Variant[] values) {
        <T> @Nullable T get(int index, Class<T> type) {
            Object value = index < values.length && values[index] != null ? values[index].value() : null;
            return type.isInstance(value) ? type.cast(value) : null;
        }

        String text(int index) {
            Object value = index < values.length && values[index] != null ? values[index].value() : null;
            String found = value instanceof LocalizedText text ? text.text() : value instanceof String text ? text : "";
            return found == null ? "" : clean(found);
        }
    }

    /** One line of bounded length. */
    private static String clean(String text) {
        String cut = text.length() > CHARACTERS_MAX
                ? text.substring(0, text.offsetByCodePoints(0, Math.min(CHARACTERS_MAX - 1,
                        text.codePointCount(0, text.length())))) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }
}
