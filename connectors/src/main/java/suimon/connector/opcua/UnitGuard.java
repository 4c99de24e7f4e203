package suimon.connector.opcua;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Note;
import suimon.pipeline.Description;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/**
 * Keeps values of another unit out of a series (EUInformation; Part 8, 5.6.4.3): at each connect, and when the
 * unit changes while the source runs. Nothing of the node is taken until its unit is the one before, or
 * the configuration was changed; an alarm says so. Any thread of the source.
 */
final class UnitGuard {
    private static final Logger LOG = LoggerFactory.getLogger(UnitGuard.class);
    private static final String KEY = "unit/";

    private final String source;
    private final SourceContext context;
    private final Set<String> told = new HashSet<>();

    UnitGuard(String source, SourceContext context) {
        this.source = source;
        this.context = context;
    }

    /** Which series were told of when the gateway stopped. */
    synchronized void restore(Map<String, byte[]> kept) {
        kept.keySet().stream().filter(key -> key.startsWith(KEY))
                .forEach(key -> told.add(key.substring(KEY.length())));
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
        tell(node.series(), unit, reason);
        return reason;
    }

    private void tell(String series, String unit, String reason) throws InterruptedException {
        boolean isRefused = !reason.isEmpty();
        if (isRefused ? !told.add(series) : !told.remove(series)) {
            return;
        }
        LOG.warn("source={} series={} {}", source, series, isRefused ? reason : "its unit fits again");
        context.inbox().put(new Delivery.Keep(source, List.of(new Note(KEY + series,
                isRefused ? "refused".getBytes(StandardCharsets.US_ASCII) : new byte[0])), Receipt.NONE));
        String shown = unit.isEmpty() ? "?" : unit;
        context.inbox().put(new Delivery.Alarm(source, KEY + series, Severity.ALERT, isRefused, false,
                context.clock().instant(),
                new Words(source + "：" + series + " の値を取り込んでいません。届いた単位「" + shown + "」がこれまでの単位と異なります",
                        source + ": values of " + series + " are not taken: "
                                + (isRefused ? reason : "its unit is " + shown)),
                new Words("サーバーの単位設定を元に戻すか、この系列の rawUnit を設定してゲートウェイを再起動してください",
                        "Set the unit back at the server, or set rawUnit of the series and restart the gateway"),
                Receipt.NONE));
    }
}
