package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery.Note;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/** Tells a person which series of a source are not taken for their unit, once and over a restart. For any thread. */
public final class UnitRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(UnitRefusals.class);
    private static final String KEY = "unit/";

    private final String source;
    private final SourceContext context;
    private final Set<String> told = new HashSet<>();

    public UnitRefusals(String source, SourceContext context) {
        this.source = source;
        this.context = context;
    }

    /** Which series were told of when the gateway stopped. */
    public synchronized void restore(Map<String, byte[]> kept) {
        kept.keySet().stream().filter(key -> key.startsWith(KEY))
                .forEach(key -> told.add(key.substring(KEY.length())));
    }

    /**
     * How a series stands now.
     *
     * @param unit as it came; empty when none did
     * @param reason why its values are not taken; empty when they are
     */
    public synchronized void tell(String series, String unit, String reason) throws InterruptedException {
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
