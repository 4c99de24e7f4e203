package suimon.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;
import suimon.store.Change;

/**
 * Watches whether the day's flash budget will last, and says who breaks it and what would cure that.
 * For the ingest thread, once a minute but for {@link #committed}.
 */
final class FlashWatch {
    static final String RULE = "flash-budget";
    /** Minutes that are looked back on; no alarm before so many have passed. */
    static final int MINUTES = 10;

    /** More senders than this are counted as others. */
    private static final int SENDERS_MAX = 256;
    private static final int NAMED_MAX = 3;
    private static final double RAISE = 1.1;
    private static final double CLEAR = 0.95;
    /** From so many messages a commit on, it is the messages that cost and not the commits. */
    private static final int WELL_FILLED = 200;

    private final FlashBudget budget;
    private final Map<String, Integer> senders = new HashMap<>();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long total;
    private long lastSpent;
    private long commits;
    private long messages;
    private boolean isWritten = true;

    private record Sample(long at, long bytes) {}

    FlashWatch(FlashBudget budget) {
        this.budget = budget;
        this.lastSpent = budget.spentBytes();
    }

    /** What the pace said about what is pending. */
    void committed(CommitPace.Reason reason, Pending pending) {
        boolean isForced = switch (reason) {
            case DEADLINE, COMPLETE, HALF -> true;
            case NOT_YET, IDLE, BUDGET -> false;
        };
        Delivery first = pending.first();
        if (isForced && first != null) {
            commits++;
            messages += pending.messages;
            String sender = nameOf(first);
            boolean isNamed = senders.size() < SENDERS_MAX || senders.containsKey(sender);
            senders.merge(isNamed ? sender : "…", 1, Integer::sum);
        }
    }

    /** A minute has passed. The caller holds the alarms' monitor. */
    void look(Alarms alarms, long nowNanos) {
        budget.look();
        isWritten = false;
        long spent = budget.spentBytes();
        // On a new day the spending begins anew.
        total += spent >= lastSpent ? spent - lastSpent : spent;
        lastSpent = spent;
        samples.addLast(new Sample(nowNanos, total));
        if (samples.size() <= MINUTES) {
            return;
        }
        Sample oldest = samples.removeFirst();
        double perSecond = (total - oldest.bytes()) / Math.max(1, (nowNanos - oldest.at()) / 1e9);
        double forecast = budget.forecast(perSecond);
        if (forecast > budget.bytesPerDay() * RAISE && commits > 0) {
            alarms.raise(RULE, Severity.CAUTION, message(forecast), action(), nowNanos);
        } else if (forecast < budget.bytesPerDay() * CLEAR) {
            alarms.clear(RULE, nowNanos);
        }
        forgetHalf();
    }

    /** The day's spending, once a minute with a commit that is made anyway. */
    List<Change> changes() {
        if (isWritten) {
            return List.of();
        }
        isWritten = true;
        return List.of(new Change.Keep(FlashBudget.OWNER, FlashBudget.KEY, budget.toBytes()));
    }

    private Words message(double forecast) {
        String names = senders.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(NAMED_MAX).map(Map.Entry::getKey).collect(Collectors.joining(", "));
        String expected = megabytes(forecast);
        String allowed = megabytes(budget.bytesPerDay());
        return new Words(
                "本日のフラッシュ書き込みが予算 " + allowed + " を超え、" + expected + " になる見込みです。主な送信元: " + names,
                "Today's flash writes will reach " + expected + ", more than the budget of " + allowed
                        + "; mostly forced by " + names);
    }

    private Words action() {
        boolean isFilled = messages >= commits * WELL_FILLED;
        return isFilled
                ? new Words("送信の間隔を長くするか、data.flashPerDay を増やしてください",
                        "Let them send less often, or raise data.flashPerDay")
                : new Words("送信元の同時送信数(max in-flight)と receiveMaximum を増やすか、値をまとめて送らせるか、"
                                + "data.acknowledgeWithin か data.flashPerDay を増やしてください",
                        "Allow them more messages in flight (and receiveMaximum), let them send several values"
                                + " at once, or raise data.acknowledgeWithin or data.flashPerDay");
    }

    private void forgetHalf() {
        commits /= 2;
        messages /= 2;
        senders.replaceAll((sender, count) -> count / 2);
        senders.values().removeIf(count -> count == 0);
    }

    private static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%,.0f MB", bytes / 1e6);
    }

    private static String nameOf(Delivery delivery) {
        String client = switch (delivery) {
            case MessageBatch batch -> batch.client(0);
            case Delivery.Message message -> message.repeat() == null ? null : message.repeat().client();
            case Delivery.Samples ignored -> null;
            case Delivery.Lost ignored -> null;
            case Delivery.Refused ignored -> null;
            case Delivery.Alarm ignored -> null;
            case Delivery.Keep ignored -> null;
        };
        return client == null ? delivery.source() : delivery.source() + "/" + client;
    }
}
