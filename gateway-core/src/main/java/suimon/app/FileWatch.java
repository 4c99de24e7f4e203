package suimon.app;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Ticker;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.StoreFailed;
import suimon.web.Status.InspectionStatus;

/**
 * Reads through the log's file once a day, slowly, and ends the process when it or anybody else met
 * damage: the next start salvages what can be read, which takes a file that nobody has open. It also
 * ends the process when the log can't be written any more.
 *
 * <p>For that it ends the process at most once a day; damage found again before is only said, so
 * that a dying medium does not keep the gateway from running.
 */
final class FileWatch implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FileWatch.class);
    /** A start has enough to read; and a gateway that keeps restarting must not do this alone. */
    private static final Duration FIRST_AFTER = Duration.ofMinutes(10);
    private static final Duration EVERY = Duration.ofDays(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /**
     * 8 MB a second in pages of 512 bytes: half an hour for 16 GB, a percent or two of one core. Not slower,
     * since the write-ahead log can't begin anew while somebody reads.
     */
    private static final int PAGES_AT_ONCE = 512;
    private static final Duration PAUSE = Duration.ofMillis(32);
    private static final String OWNER = "file-watch";
    private static final String ENDED = "ended";

    private final Log log;
    private final Alarms alarms;
    private final Supervisor supervisor;
    private final Clock clock;
    private final Ticker ticker;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile InspectionStatus inspection = InspectionStatus.NONE;
    /** Read so far by the inspection. */
    private long pages;
    /** Damage that this process only says; the next start salvages it. */
    private boolean isSaid;

    FileWatch(Log log, Alarms alarms, Supervisor supervisor, Clock clock, Ticker ticker) {
        this.log = log;
        this.alarms = alarms;
        this.supervisor = supervisor;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** How the inspection stands; asked from any thread. */
    InspectionStatus inspection() {
        InspectionStatus now = inspection;
        return new InspectionStatus(now.running(), now.pages(), now.endedAt(), now.damage(), log.suspicion());
    }

    /** To be called before the thread of {@link #run} is interrupted. */
    @Override
    public void close() {
        closing.countDown();
    }

    /** Returns when closed; throws when the log can't be written any more, for then nobody else may notice. */
    void run() throws InterruptedException {
        long dueAt = ticker.nanos() + FIRST_AFTER.toNanos();
        while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            StoreFailed failed = log.failure();
            if (failed != null) {
                throw new IllegalStateException("the log has failed: " + failed.getMessage(), failed);
            }
            if (ticker.nanos() - dueAt >= 0) {
                dueAt = ticker.nanos() + EVERY.toNanos();
                inspect();
            }
            String suspicion = log.suspicion();
            if (suspicion != null && !isSaid) {
                endForSalvage(suspicion);
            }
        }
    }

    private void inspect() throws InterruptedException {
        long begun = ticker.nanos();
        inspection = new InspectionStatus(true, 0, inspection.endedAt(), inspection.damage(), null);
        try {
            long damage = log.inspect(this::slowly);
            inspection = new InspectionStatus(false, pages, clock.instant(), damage, null);
            LOGGER.info("log inspected in {} s, damaged pages or rows: {}",
                    Duration.ofNanos(ticker.nanos() - begun).toSeconds(), damage);
            if (damage == 0) {
                GatewayAlarms.clear(alarms, log, PastTrouble.DAMAGE, clock);
            }
        } catch (Stopped stopped) {
            throw new InterruptedException("the gateway stops");
        } catch (StoreFailed failed) {
            inspection = new InspectionStatus(
                    false, pages, inspection.endedAt(), inspection.damage(), null);
            LOGGER.error("{}", failed.getMessage());
        }
    }

    private void endForSalvage(String suspicion) throws InterruptedException {
        Instant now = clock.instant();
        Instant last = lastEnded();
        boolean isAgain = last != null && now.isBefore(last.plus(EVERY)) && !now.isBefore(last);
        GatewayAlarms.raise(alarms, log, PastTrouble.DAMAGE, Severity.ALERT,
                new Words("記録ファイルに壊れた箇所が見つかりました",
                        "Damage was found in the log's file: " + suspicion),
                isAgain
                        ? new Words("記録媒体（SDカード、SSD）が故障しかけています。suimon backup で控えを取り、"
                                + "すぐに交換を販売店に依頼してください",
                                "The medium is failing: make a copy with suimon backup and have it replaced now")
                        : new Words("ゲートウェイは自動で再起動し、読める記録を新しいファイルに移します。終わるまでお待ちください",
                                "The gateway restarts by itself and takes what can be read into a new file; wait for it"),
                clock);
        if (isAgain) {
            isSaid = true;
            return;
        }
        log.commit(new Commit(List.of(), List.of(new Change.Keep(
                OWNER, ENDED, now.toString().getBytes(StandardCharsets.UTF_8)))));
        LOGGER.error("the log is damaged ({}); exiting to be started again, which salvages it", suspicion);
        supervisor.end(Supervisor.EXIT_DEFECT);
        closing.await();
    }

    private @Nullable Instant lastEnded() {
        byte[] kept = log.kept(OWNER).get(ENDED);
        return kept == null ? null : Instant.parse(new String(kept, StandardCharsets.UTF_8));
    }

    /** The gateway stops in the middle of a check. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void slowly(int page) {
        pages = page;
        if (page % PAGES_AT_ONCE == 0) {
            inspection = new InspectionStatus(true, page, inspection.endedAt(), inspection.damage(), null);
            try {
                if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new Stopped();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new Stopped();
            }
        }
    }
}
