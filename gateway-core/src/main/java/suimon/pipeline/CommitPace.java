package suimon.pipeline;

import java.time.Duration;

/**
 * When the readings that have collected are committed. For the ingest thread but for {@link
 * #stored}.
 *
 * <p>The deadline is first: no acknowledgement waits longer than {@code acknowledgeWithin}, less what
 * a commit itself takes. Inside it commits keep the distance at which the rest of the day's flash
 * budget lasts for the rest of the day. Two cases don't wait:
 * <ul>
 *   <li><b>Idle.</b> When hardly anything else would arrive before the deadline, waiting spares no
 *       flash: the commit is due after {@link #IDLE_WITHIN}, as long as the budget is not spent.
 *   <li><b>Complete.</b> When senders limited by their messages in flight have sent all they can,
 *       they wait for us and nothing more can come: the commit is due at once, even against the
 *       budget, since a sender that falls behind loses data in the end. They are known by having
 *       answered the last acknowledgements within {@link #PROMPT}, all at once or, after a silence,
 *       with a first message that others follow at the sender's own pace.
 *   <li><b>Half.</b> Once it is known how many messages such senders have in flight and that they
 *       fill this window quickly, the commit is due when half of it has come, so that the other half
 *       flows while this one is committed.
 * </ul>
 * An alarm commits at once; that is decided where alarms are judged, and paid for here.
 */
public final class CommitPace {
    /** How long an acknowledgement takes while the box is idle. */
    static final Duration IDLE_WITHIN = Duration.ofMillis(50);
    /** Who sends again so soon after an acknowledgement was waiting for it. */
    static final Duration PROMPT = Duration.ofMillis(20);

    /** After a silence so long senders that wait for us have sent all they can. */
    private static final long SETTLE_NANOS = 5_000_000L;
    /** Of gaps that are random about their mean one in 400 is longer than so many of it. */
    private static final int SILENT_GAPS = 6;
    /** Idle: fewer messages than this are expected before the deadline. */
    private static final double IDLE_MESSAGES = 2;
    private static final double RATE_SECONDS = 5;
    /** A steady flow answers in part as well: of 50 ms at most two fifths fall into the first 20. */
    private static final double PROMPT_SHARE = 0.8;
    /** With fewer messages in flight more commits would cost too much flash for each. */
    private static final int WINDOW_MIN = 128;
    /** A window that takes longer to fill may as well be full: the way there and back hardly shows. */
    private static final double FILL_SECONDS_MAX = 0.25;
    private static final double FIRST_COST_BYTES = 16 * 1024;
    /** Weight of the newest commit in the average cost; checkpoints come once in hundreds. */
    private static final double COST_WEIGHT = 1.0 / 64;
    /** Further than any deadline. */
    private static final long FAR_NANOS = Duration.ofHours(1).toNanos();
    private static final long MARGIN_NANOS_MIN = 20_000_000L;

    private final long within;
    private final FlashBudget budget;
    private double cost = FIRST_COST_BYTES;
    private double rate;
    private long ratedAt = Long.MIN_VALUE;
    private long submittedAt = Long.MIN_VALUE;
    private long lastArrival;
    private int collected;
    private int prompt;
    private int acknowledged;
    /** How many messages are in flight when senders wait for us, seen by their answer; 0 when not known. */
    private int window;
    private long firstArrival;
    /** Nothing came for long before the last commit, nor until it was on disk. */
    private boolean wasSilent;
    /** How many messages were without acknowledgement then. */
    private int silentWith;
    /** The last acknowledgements ended a silence. */
    private boolean isAnswer;
    private long answeredAt = Long.MIN_VALUE;
    private volatile long storedAt = Long.MIN_VALUE;
    private double typicalCommit;
    private double deviation;
    private volatile long slowCommit;

    /** Why a commit is due. */
    enum Reason {
        NOT_YET,
        IDLE,
        COMPLETE,
        HALF,
        BUDGET,
        DEADLINE
    }

    /** Starts with the day's budget as it stands. */
    public CommitPace(Duration acknowledgeWithin, FlashBudget budget) {
        this.within = acknowledgeWithin.toNanos();
        this.budget = budget;
    }

    FlashBudget budget() {
        return budget;
    }

    /** So many messages were taken from the inbox. */
    void arrived(int messages, long now) {
        if (messages == 0) {
            return;
        }
        if (ratedAt == Long.MIN_VALUE) {
            ratedAt = now;
        }
        rate = rateAt(now) + messages / RATE_SECONDS;
        ratedAt = now;
        firstArrival = collected == 0 ? now : firstArrival;
        lastArrival = now;
        collected += messages;
        long last = storedAt;
        if (last < submittedAt) {
            wasSilent = false;
        } else if (last != answeredAt) {
            answeredAt = last;
            isAnswer = wasSilent && now - last <= PROMPT.toNanos();
            window = isAnswer && silentWith >= WINDOW_MIN ? silentWith : window;
        }
        if (last != Long.MIN_VALUE && now - last <= PROMPT.toNanos()) {
            prompt += messages;
        }
    }

    /** Whether and why what has been pending since that moment is due now. */
    Reason due(long since, long now) {
        if (now >= since + deadline()) {
            return Reason.DEADLINE;
        }
        if (isHalf(now)) {
            return Reason.HALF;
        }
        if (now >= completeAt()) {
            return Reason.COMPLETE;
        }
        if (now < since + idleWindow()) {
            return Reason.NOT_YET;
        }
        if (isIdle(now)) {
            return Reason.IDLE;
        }
        return now >= spacedAt() ? Reason.BUDGET : Reason.NOT_YET;
    }

    /** Nanoseconds until {@link #due} can change its answer. */
    long patience(long since, long now) {
        long first = since + idleWindow();
        long at = isIdle(now) ? first : Math.max(first, spacedAt());
        at = Math.min(at, since + deadline());
        return Math.max(0, Math.min(at, completeAt()) - now);
    }

    /** A commit of what was pending was submitted. */
    void submitted(long now) {
        cost += (budget.look() - cost) * COST_WEIGHT;
        int inFlight = inFlight();
        submittedAt = now;
        wasSilent = collected > 0 && now - lastArrival >= silence();
        silentWith = wasSilent ? inFlight : 0;
        // More than was thought to fit: others came.
        window = window > 0 && inFlight > window ? inFlight : window;
        acknowledged = collected;
        collected = 0;
        prompt = 0;
    }

    /**
     * A commit is on disk and its senders were told. On the log's writer thread. How long a slow one
     * takes is estimated as TCP does for round trips (RFC 6298, section 2).
     *
     * @param submitted when it was submitted
     */
    void stored(long submitted, long now) {
        long took = now - submitted;
        double error = took - typicalCommit;
        typicalCommit += error / 8;
        deviation += (Math.abs(error) - deviation) / 4;
        slowCommit = (long) (typicalCommit + 4 * deviation);
        storedAt = now;
    }

    /** Messages per second, averaged over some seconds. */
    double rateAt(long now) {
        return ratedAt == Long.MIN_VALUE ? 0 : rate * Math.exp((ratedAt - now) / 1e9 / RATE_SECONDS);
    }

    /** Bytes that a commit costs on the device with all that follows from it, on average. */
    double costBytes() {
        return cost;
    }

    private boolean isIdle(long now) {
        return rateAt(now) * within / 1e9 < IDLE_MESSAGES && !budget.isSpent();
    }

    private boolean isHalf(long now) {
        return window >= WINDOW_MIN && collected >= window / 2 && window <= rateAt(now) * FILL_SECONDS_MAX;
    }

    private int inFlight() {
        return collected + (storedAt < submittedAt ? acknowledged : 0);
    }

    /** When senders that wait for us are taken to have sent all they can; never if none waits. */
    private long completeAt() {
        if (prompt > 0 && prompt >= Math.max(acknowledged, collected) * PROMPT_SHARE) {
            return lastArrival + SETTLE_NANOS;
        }
        return isAnswer && collected > 0 ? lastArrival + silence() : Long.MAX_VALUE;
    }

    /** A flow that goes on hardly ever pauses for so long. */
    private long silence() {
        long gap = collected < 2 ? 0 : (lastArrival - firstArrival) / (collected - 1);
        return Math.max(SETTLE_NANOS, SILENT_GAPS * gap);
    }

    private long idleWindow() {
        return Math.min(IDLE_WITHIN.toNanos(), deadline());
    }

    /** A slow disk makes commits earlier, by half of what is promised at most. */
    private long deadline() {
        long margin = Math.max(Math.min(MARGIN_NANOS_MIN, within / 10), slowCommit);
        return within - Math.min(margin, within / 2);
    }

    /** When the budget allows the next commit. */
    private long spacedAt() {
        double allowed = budget.allowedPerSecond();
        double distance = allowed <= 0 ? FAR_NANOS : Math.min(FAR_NANOS, cost / allowed * 1e9);
        return submittedAt == Long.MIN_VALUE ? Long.MIN_VALUE : submittedAt + (long) distance;
    }
}
