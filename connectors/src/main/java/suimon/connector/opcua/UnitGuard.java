package suimon.connector.opcua;

import java.util.Map;
import suimon.pipeline.Description;
import suimon.pipeline.SourceContext;
import suimon.pipeline.UnitRefusals;

/**
 * Keeps values of another unit out of a series (EUInformation; Part 8, 5.6.4.3): at each connect, and when the
 * unit changes while the source runs. Nothing of the node is taken until its unit is the one before, or
 * the configuration was changed; an alarm says so. Any thread of the source.
 */
final class UnitGuard {
    private final SourceContext context;
    private final UnitRefusals refusals;

    UnitGuard(String source, SourceContext context) {
        this.context = context;
        this.refusals = new UnitRefusals(source, context);
    }

    /** Which series were told of when the gateway stopped. */
    synchronized void restore(Map<String, byte[]> kept) {
        refusals.restore(kept);
    }

    /** The server said, at a connect, what its node means; why its values are not taken, empty when they are. */
    synchronized String studied(TrackedNode node) throws InterruptedException {
        return judge(node);
    }

    /** Before each value; costs nothing while the unit stays. */
    String now(TrackedNode node) throws InterruptedException {
        String unit = node.unitTold;
        if (unit.equals(node.unitJudged)) {
            return node.unitRefusal;
        }
        synchronized (this) {
            return judge(node);
        }
    }

    private String judge(TrackedNode node) throws InterruptedException {
        String unit = node.unitTold;
        String before = node.unitTaken;
        Description studied = node.description;
        String reason = before.isEmpty() || unit.isEmpty() || before.equals(unit) ? ""
                : "its unit was " + before + " and is " + unit + " at the source now";
        Description said = studied != null && studied.unit().equals(EngineeringUnits.known(unit)) ? studied
                : new Description(EngineeringUnits.known(unit), null);
        if (reason.isEmpty() && (studied != null || !said.unit().isEmpty())) {
            reason = context.descriptions().describe(node.series(), said);
        }
        if (reason.isEmpty() && !unit.isEmpty()) {
            node.unitTaken = unit;
        }
        node.unitJudged = unit;
        node.unitRefusal = reason;
        refusals.tell(node.series(), unit, reason);
        return reason;
    }
}
