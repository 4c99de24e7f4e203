package suimon.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Entry;
import suimon.web.Present.AlarmNow;
import suimon.web.Present.LabelNow;
import suimon.web.Present.StateNow;

/**
 * The alarms a person should see: all that are retained (OPC UA Part 9: active, latched or not yet
 * acknowledged), and those that ended within a day, so that a verdict can still be given. Not safe
 * for several threads; {@link LiveBoard} guards it.
 */
final class AlarmBoard {
    /** Occurrences remembered; beyond this the oldest that is over goes first. */
    static final int ALARMS_MAX = 300;
    /** How many that are over are shown. */
    static final int OVER_MAX = 10;
    static final Duration OVER_SHOWN_FOR = Duration.ofDays(1);

    private final Map<String, Occurrence> byName = new LinkedHashMap<>();
    private long changedAt;

    void take(long sequence, AlarmEvent event) {
        Occurrence occurrence = byName.computeIfAbsent(event.occurrence(), name -> new Occurrence(event));
        occurrence.take(event);
        changedAt = sequence;
        forgetBeyondMax();
    }

    void take(long sequence, Entry.Label label) {
        Occurrence occurrence = byName.get(label.alarm());
        if (occurrence != null) {
            occurrence.label = new LabelNow(label.verdict(), label.by(), label.at());
            changedAt = sequence;
        }
    }

    /** The sequence of the last change. */
    long changedAt() {
        return changedAt;
    }

    /** Unacknowledged first, then the gravest, then the newest; over ones last. */
    List<AlarmNow> now(Instant now) {
        Comparator<Occurrence> urgency = Comparator
                .comparing((Occurrence each) -> !each.newest.state().isRetained())
                .thenComparing(each -> each.newest.state().acknowledged())
                .thenComparing(each -> !each.newest.state().active())
                .thenComparing(each -> each.newest.severity(), Comparator.reverseOrder())
                .thenComparing(each -> each.since, Comparator.reverseOrder());
        List<AlarmNow> retained = byName.values().stream()
                .filter(each -> each.newest.state().isRetained())
                .sorted(urgency).map(Occurrence::now).toList();
        List<AlarmNow> over = byName.values().stream()
                .filter(each -> !each.newest.state().isRetained())
                .filter(each -> each.newest.at().isAfter(now.minus(OVER_SHOWN_FOR)))
                .sorted(urgency).limit(OVER_MAX).map(Occurrence::now).toList();
        return java.util.stream.Stream.concat(retained.stream(), over.stream()).toList();
    }

    /** How many are active, and how many nobody has acknowledged, by severity; for the metrics. */
    long count(AlarmEvent.Severity severity, boolean onlyUnacknowledged) {
        return byName.values().stream()
                .filter(each -> each.newest.severity() == severity)
                .filter(each -> onlyUnacknowledged
                        ? !each.newest.state().acknowledged() : each.newest.state().active())
                .count();
    }

    private void forgetBeyondMax() {
        Iterator<Occurrence> oldest = byName.values().iterator();
        while (byName.size() > ALARMS_MAX && oldest.hasNext()) {
            if (!oldest.next().newest.state().isRetained()) {
                oldest.remove();
            }
        }
    }

    /** One activation, folded from its events. */
    private static final class Occurrence {
        final Instant since;
        AlarmEvent newest;
        @Nullable AlarmEvent acknowledged;
        @Nullable Instant clearedAt;
        @Nullable LabelNow label;

        Occurrence(AlarmEvent first) {
            since = first.at();
            newest = first;
        }

        void take(AlarmEvent event) {
            newest = event;
            switch (event.kind()) {
                case ACKNOWLEDGED -> acknowledged = event;
                case CLEARED -> clearedAt = event.at();
                case ACTIVATED, CHANGED, CONFIRMED, SHELVED, UNSHELVED, SUPPRESSED, UNSUPPRESSED,
                        TAKEN_OUT_OF_SERVICE, PUT_IN_SERVICE -> { }
            }
        }

        AlarmNow now() {
            double value = newest.value();
            AlarmState state = newest.state();
            return new AlarmNow(newest.occurrence(), newest.rule(), newest.series(), newest.severity(),
                    new StateNow(state.active(), state.acknowledged(), state.confirmed(), state.shelved(),
                            state.suppressed(), state.outOfService(), state.latched(), state.isRetained()),
                    since, newest.at(), clearedAt, Double.isFinite(value) ? value : null, newest.message(),
                    newest.action(), acknowledged == null ? null : acknowledged.by(),
                    acknowledged == null ? null : acknowledged.at(), label);
        }
    }
}
