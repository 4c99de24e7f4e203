package suimon.app;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Nanos;
import suimon.reading.Words;
import suimon.store.CaptureJob;
import suimon.store.CaptureJob.State;
import suimon.store.Log;

/**
 * Tells a person of recordings that loggers were asked for and did not send in time, one alarm each, until they are
 * complete, given up or taken back. For the thread of the recordings.
 */
final class LateRecordings {
    private static final String RULE = "capture-late/";
    private static final int NAMED_MAX = 3;

    private final Log log;
    private final Alarms alarms;
    private final Clock clock;
    private final Set<String> late = new HashSet<>();
    private boolean hasLooked;

    LateRecordings(Log log, Alarms alarms, Clock clock) {
        this.log = log;
        this.alarms = alarms;
        this.clock = clock;
    }

    /** How all of them stand. */
    void look(List<CaptureJob> jobs) throws InterruptedException {
        for (CaptureJob job : jobs) {
            if (job.state() == State.LATE && late.add(job.id())) {
                raise(job);
            } else if (job.state() != State.LATE && (late.remove(job.id()) || !hasLooked)) {
                // An alarm may stand from before a restart, so that nobody here remembers it.
                GatewayAlarms.clear(alarms, log, RULE + job.id(), clock);
            }
        }
        hasLooked = true;
    }

    private void raise(CaptureJob job) throws InterruptedException {
        List<String> missing = job.answers().stream().filter(answer -> !job.isWhole(answer))
                .map(CaptureJob.Answer::sensor).toList();
        int others = Math.max(0, missing.size() - NAMED_MAX);
        List<String> named = missing.subList(0, missing.size() - others);
        String counts = missing.size() + "/" + job.answers().size();
        GatewayAlarms.raise(alarms, log, RULE + job.id(), Severity.CAUTION,
                new Words("同時録音 " + job.id() + " がそろっていません（" + counts + " 件不足: " + String.join("、", named)
                                + (others > 0 ? "、ほか " + others + " 件" : "") + "）",
                        "Recording " + job.id() + " of " + Nanos.toInstant(job.startNanos()) + " is late: " + counts
                                + " sensors are missing (" + String.join(", ", named)
                                + (others > 0 ? " and " + others + " more" : "") + ")"),
                new Words("ロガーの電源・通信・時計を確認してください。1日以内に届けば受け付けます",
                        "Check power, link and clock of the loggers; what comes within a day still counts"), clock);
    }
}
