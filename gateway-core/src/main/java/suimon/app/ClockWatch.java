package suimon.app;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.TimeConfig;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.ClockStamp;
import suimon.reading.ClockStamp.Trust;
import suimon.reading.Entry;
import suimon.reading.SteadyClock;
import suimon.reading.Ticker;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Redatings;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;
import suimon.store.UndatedSpells;
import suimon.web.Status;

/**
 * Looks once a second whether the system's clock is synchronised, lets the gateway's clock follow,
 * writes what changed into the log and tells a person. A thread of its own; its status is asked
 * from any.
 */
final class ClockWatch implements Runnable {
    /** The thread's. */
    static final String NAME = "clock-watch";

    private static final String UNSYNCHRONISED = "clock-unsynchronised";
    private static final String DOUBTED = "clock-jump";
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Without any change: so that a start knows how late it must be at least. */
    private static final Duration FIX_EVERY = Duration.ofDays(1);
    /** Beyond that the newest commit is not believed, if a trusted time is that much older. */
    private static final Duration UNTRUSTED_MAX = Duration.ofDays(400);
    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

    private final SteadyClock clock;
    private final Ticker ticker;
    private final String boot;
    private final Log log;
    private final Alarms alarms;
    private final TimeConfig config;
    /** Nobody vouches for the time from here on; null once the log knows. */
    private @Nullable ClockStamp undated;
    private long goodAt;
    private long fixedAt;

    ClockWatch(SteadyClock clock, Ticker ticker, String boot, Log log, Alarms alarms, TimeConfig config) {
        this.clock = clock;
        this.ticker = ticker;
        this.boot = boot;
        this.log = log;
        this.alarms = alarms;
        this.config = config;
        this.undated = SteadyClock.trustOf(clock) == Trust.UNKNOWN ? clock.stamp(boot) : null;
        this.goodAt = ticker.nanos();
        this.fixedAt = ticker.nanos();
    }

    /** Starts the clock from what the log knows: never before its newest trusted time. */
    static void begin(SteadyClock clock, Ticker ticker, String boot, Log log) throws StoreFailed {
        try (LogReader reader = log.reader()) {
            List<Sequenced> found = reader.newest(List.of(Entry.ClockFix.class), 1);
            if (!found.isEmpty() && found.getFirst().entry() instanceof Entry.ClockFix fix) {
                boolean isThisBoot = fix.boot().equals(boot) && fix.monotonicNanos() <= ticker.nanos();
                if (isThisBoot && fix.uncertaintyNanos() < SteadyClock.BY_HAND.toNanos()) {
                    clock.resume(fix);
                }
                Instant committed = Instant.ofEpochMilli(log.newestCommitMillis());
                boolean isBelieved = committed.isBefore(fix.utc().plus(UNTRUSTED_MAX));
                clock.notBefore(isBelieved && committed.isAfter(fix.utc()) ? committed : fix.utc());
            } else {
                clock.notBefore(Instant.ofEpochMilli(log.newestCommitMillis()));
            }
        }
    }

    @Override
    public void run() {
        KernelClock kernel = new KernelClock();
        try {
            while (true) {
                KernelClock.Discipline now = kernel.ask();
                look(now.isSynchronised(), now.errorNanos());
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look; also for tests, which say what the kernel says. */
    void look(boolean isSynchronised, long errorNanos) throws InterruptedException {
        SteadyClock.State before = clock.state();
        SteadyClock.Step step = clock.look(isSynchronised, errorNanos);
        SteadyClock.State state = clock.state();
        long now = ticker.nanos();
        boolean isDue = state.trust() == Trust.SYNCHRONISED && now - fixedAt >= FIX_EVERY.toNanos();
        if (step == SteadyClock.Step.CHANGED || isDue) {
            fixedAt = now;
            boolean isRedated = step == SteadyClock.Step.CHANGED && before.trust() == Trust.UNKNOWN;
            List<Change> changes = new ArrayList<>(begun());
            if (isRedated) {
                changes.addAll(Redatings.widened(log, state.offsetNanos()));
            }
            log.submit(new Commit(List.of(clock.fix(boot)), changes));
            if (step == SteadyClock.Step.CHANGED) {
                LOG.info("clock: {}, error {}{}", state.trust(), words(state.errorNanos()),
                        before.isDated() ? "" : "; what was taken before is dated now");
            }
        }
        if (state.trust() == Trust.UNKNOWN && undated != null) {
            // A process that starts later within this boot must find out about this one's spell.
            log.submit(new Commit(List.of(), begun()));
        }
        tell(state, now);
    }

    private List<Change> begun() {
        ClockStamp first = undated;
        undated = null;
        return first == null ? List.of() : UndatedSpells.begun(log, List.of(first));
    }

    private void tell(SteadyClock.State state, long now) throws InterruptedException {
        boolean isGood = state.isDated() && state.errorNanos() <= config.errorMax().toNanos();
        if (isGood) {
            goodAt = now;
            GatewayAlarms.clear(alarms, log, UNSYNCHRONISED, clock);
        } else if (!state.isDated() || now - goodAt >= config.patience().toNanos()) {
            GatewayAlarms.raise(alarms, log, UNSYNCHRONISED, Severity.CAUTION,
                    state.isDated()
                            ? new Words("ゲートウェイの時刻が合っていません。推定誤差: "
                                    + (state.errorNanos() == SteadyClock.UNBOUNDED ? "不明" : words(state.errorNanos())),
                                    "The gateway's clock is not synchronised; estimated error: "
                                            + words(state.errorNanos()))
                            : new Words("ゲートウェイの日付が分かりません。記録は続けており、時刻が分かりしだい日付を付け直します",
                                    "The gateway does not know the date; it records on and dates the records when it does"),
                    new Words("時刻サーバー（NTP、GNSS）への接続を確認するか、時計を合わせてください",
                            "Check the time server (NTP, GNSS), or set the clock"), clock);
        }
        // A box without a date says that, and once.
        if (state.isDoubted() && state.isDated()) {
            String by = words(Math.abs(state.offsetNanos()));
            boolean isAhead = state.offsetNanos() > 0;
            GatewayAlarms.raise(alarms, log, DOUBTED, Severity.CAUTION,
                    new Words("システムの時計が " + by + (isAhead ? " 進みました" : " 戻りました") + "。この時刻は使っていません",
                            "The system's clock jumped by " + by + (isAhead ? " ahead" : " back")
                                    + "; it is not followed"),
                    new Words("時刻サーバーの設定を確認してください。正しい時刻なら、再起動すると使われます",
                            "Check the time server; if the time is right, restart the box"), clock);
        } else {
            GatewayAlarms.clear(alarms, log, DOUBTED, clock);
        }
    }

    /** For the page. */
    Status.ClockStatus status() {
        SteadyClock.State state = clock.state();
        Long error = state.errorNanos() == SteadyClock.UNBOUNDED ? null : state.errorNanos() / 1_000_000;
        return new Status.ClockStatus(state.trust(), config.reference().name(), error, state.isDated(),
                state.offsetNanos() / 1_000_000, state.isDoubted());
    }

    private static String words(long nanos) {
        if (nanos == SteadyClock.UNBOUNDED) {
            return "unknown";
        }
        Duration of = Duration.ofNanos(nanos);
        if (of.toDays() > 0) {
            return of.toDays() + " d";
        }
        if (of.toMinutes() >= 10) {
            return of.toHours() + " h " + of.toMinutesPart() + " min";
        }
        return of.toSeconds() >= 10 ? of.toSeconds() + " s" : of.toMillis() + " ms";
    }
}
