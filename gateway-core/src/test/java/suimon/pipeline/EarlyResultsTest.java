package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.pipeline.CountedSite.SECOND;
import static suimon.pipeline.CountedSite.results;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;

@Timeout(60)
class EarlyResultsTest {
    @TempDir
    Path folder;

    private final TestModel model = new TestModel(TestModel.fourReadings());
    private final Heard heard = new Heard();
    private Preview preview = new Preview();

    @Test
    void aResultLeavesBeforeItsCommitAndIsInTheLogAfterIt() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            Thread insight = start(log);
            commit(log, 1, 2);
            await(() -> heard.messages.size() == 1);

            show(log, 3, 4);

            await(() -> heard.messages.size() == 2);
            assertThat(heard.messages.getLast()).isEqualTo("suimon/results/knock/pen1 {\"ts\":4000.000,"
                    + "\"values\":{\"newest\":4.0,\"sum\":10.0},\"model\":\"knock\",\"package\":\"count 1.0.0\","
                    + "\"provisional\":true}");
            assertThat(results(log)).doesNotContain("knock/pen1/sum@4:10.0");
            finish(log, 3, 4);
            commit(log, 5, 6);
            awaitResult(log, "knock/pen1/sum@6:18.0");
            assertThat(results(log)).filteredOn(each -> each.contains("sum")).containsExactly(
                    "knock/pen1/sum@2:3.0", "knock/pen1/sum@4:10.0", "knock/pen1/sum@6:18.0");
            stop(insight);
        }
    }

    @Test
    void aResultWhoseReadingsWereLostIsNotInTheLogAndIsMadeAgainFromThoseSentAgain() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            Thread insight = start(log);
            commit(log, 1, 2);
            await(() -> heard.messages.size() == 1);
            show(log, 3, 4);
            await(() -> heard.messages.size() == 2);
            stop(insight);
        }

        preview = new Preview();
        try (Log log = CountedSite.open(folder)) {
            Thread insight = start(log);
            awaitResult(log, "knock/pen1/sum@2:3.0");
            commit(log, 3, 4);
            awaitResult(log, "knock/pen1/sum@4:10.0");
            assertThat(results(log)).filteredOn(each -> each.contains("sum"))
                    .containsExactly("knock/pen1/sum@2:3.0", "knock/pen1/sum@4:10.0");
            stop(insight);
        }
    }

    @Test
    void whoFallsBehindGoesOnFromTheLogAndLosesNothing() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            Thread insight = start(log);
            commit(log, 1, 2);
            await(() -> heard.messages.size() == 1);
            int series = CountedSite.series(log, "pen1/pressure").id();
            for (int row = 0; row <= Preview.ROWS_MAX; row++) {
                preview.add(series, 2 * SECOND, 2 * SECOND, 2, true);
            }
            preview.turnEnds();

            CountedSite.store(log, "pen1/pressure", 3, 4);
            preview.groupEnds();

            awaitResult(log, "knock/pen1/sum@4:10.0");
            assertThat(results(log)).filteredOn(each -> each.contains("sum"))
                    .containsExactly("knock/pen1/sum@2:3.0", "knock/pen1/sum@4:10.0");
            stop(insight);
        }
    }

    @Test
    void nothingIsEncodedWhileNobodyListens() throws Exception {
        heard.isThere = false;
        try (Log log = CountedSite.open(folder)) {
            Thread insight = start(log);

            commit(log, 1, 2);
            awaitResult(log, "knock/pen1/sum@2:3.0");

            assertThat(heard.messages).isEmpty();
            stop(insight);
        }
    }

    @Test
    void aGroupThatBeganBeforeInsightJoinedWakesItWhenItIsOnDisk() throws Exception {
        preview.groupBegins();
        preview.join();
        CompletableFuture<Preview.Taken> taken = CompletableFuture.supplyAsync(this::takeAtLeisure);

        preview.committed(new Preview.Group(preview.groupEnds(), 1, 1));

        assertThat(taken.get().rows().size()).isZero();
        assertThat(taken.get().committed()).isEmpty();
    }

    @Test
    void whatWasCommittedJustBeforeInsightJoinedHasItsResultAtOnce() throws Exception {
        try (Log log = CountedSite.open(folder); LogReader reader = log.reader()) {
            Insight insight = CountedSite.insight(log, model, preview, new Results(List.of(heard)));
            CountedSite.store(log, "pen1/pressure", 1, 2);
            Thread joining = Thread.ofPlatform().start(() -> {
                try {
                    insight.workEarly(preview, reader);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (suimon.store.StoreFailed e) {
                    throw new IllegalStateException(e);
                }
            });

            // A group that does not end keeps it from looking into the log for want of anything else.
            await(() -> {
                show(log, 3);
                return heard.messages.size() == 1;
            });

            stop(joining);
        }
    }

    private Preview.Taken takeAtLeisure() {
        try {
            return preview.take(new PreviewRows(), Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Thread start(Log log) {
        Insight insight = CountedSite.insight(log, model, preview, new Results(List.of(heard)));
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                insight.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (suimon.store.StoreFailed e) {
                throw new IllegalStateException(e);
            }
        });
        // Joined once it waits for readings; what is shown before that is in nobody's group.
        await(() -> insight.progress().state().equals("waiting for readings"));
        return thread;
    }

    private static void stop(Thread insight) throws InterruptedException {
        insight.interrupt();
        insight.join();
    }

    /** What ingest does in a turn. */
    private void show(Log log, int... seconds) {
        int series = CountedSite.series(log, "pen1/pressure").id();
        preview.groupBegins();
        for (int second : seconds) {
            preview.add(series, second * SECOND, 1000 * SECOND, second, true);
        }
        preview.turnEnds();
    }

    /** What ingest does at a commit. */
    private void finish(Log log, int... seconds) throws Exception {
        long group = preview.groupEnds();
        Commit commit = CountedSite.commit(log, "pen1/pressure", seconds);
        log.commit(new Commit(commit.entries(), commit.changes(),
                sequence -> preview.committed(new Preview.Group(group, sequence, sequence))));
    }

    private void commit(Log log, int... seconds) throws Exception {
        show(log, seconds);
        finish(log, seconds);
    }

    private static void awaitResult(Log log, String result) {
        await(() -> {
            try {
                return results(log).contains(result);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("timed out").isFalse();
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Somebody who has subscribed to results. */
    private static final class Heard implements Outlet {
        final List<String> messages = new CopyOnWriteArrayList<>();
        volatile boolean isThere = true;

        @Override
        public boolean isWanted(Section section) {
            return isThere && section == Section.RESULTS;
        }

        @Override
        public boolean publish(List<Message> together) {
            together.forEach(message -> publish(message.topic(), message.payload(), false));
            return true;
        }

        @Override
        public boolean publish(String topic, byte[] payload, boolean isRetained) {
            return messages.add(topic + " " + new String(payload, StandardCharsets.UTF_8));
        }
    }
}
