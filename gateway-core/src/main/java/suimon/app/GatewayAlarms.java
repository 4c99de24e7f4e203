package suimon.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Nanos;
import suimon.reading.Words;
import suimon.store.Commit;
import suimon.store.Log;

/** What the gateway says about itself, in words an operator can act on. */
final class GatewayAlarms {
    private static final LongConsumer NOBODY = sequence -> {};

    private GatewayAlarms() {}

    /** Models that safe start left out, or nothing when all that is over. */
    static void leftOut(Alarms alarms, Log log, List<ModelBay.Absent> absent, Clock clock)
            throws InterruptedException {
        List<String> names = absent.stream().filter(ModelBay.Absent::isLeftOut)
                .map(one -> one.config().name()).toList();
        if (names.isEmpty()) {
            clear(alarms, log, "safe-start", clock);
            return;
        }
        String list = String.join(", ", names);
        raise(alarms, log, "safe-start", Severity.CAUTION,
                new Words("起動に繰り返し失敗したため、モデル " + list + " を止めて運転しています",
                        "Running without " + list + " after repeated failed starts"),
                new Words("警戒値による通知は動いています。予測は使えません。販売店に連絡してください",
                        "Alarms on limits work, forecasts don't; call your supplier"),
                clock);
    }

    /** Raises and commits at once. */
    static void raise(
            Alarms alarms, Log log, String rule, Severity severity, Words message, Words action, Clock clock)
            throws InterruptedException {
        synchronized (alarms) {
            alarms.raise(rule, severity, message, action, nanos(clock));
            submit(alarms, log);
        }
    }

    /** Clears and commits at once. */
    static void clear(Alarms alarms, Log log, String rule, Clock clock) throws InterruptedException {
        synchronized (alarms) {
            alarms.clear(rule, nanos(clock));
            submit(alarms, log);
        }
    }

    private static void submit(Alarms alarms, Log log) throws InterruptedException {
        Alarms.Outcome outcome = alarms.drain();
        if (!outcome.isEmpty()) {
            log.submit(new Commit(new ArrayList<>(outcome.entries()), outcome.changes(), NOBODY));
        }
    }

    private static long nanos(Clock clock) {
        return Nanos.of(clock.instant());
    }
}
