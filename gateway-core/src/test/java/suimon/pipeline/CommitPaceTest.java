package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;

final class CommitPaceTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PacedSenders senders = new PacedSenders(MIDNIGHT);

    private FlashBudget budget(long bytesPerDay) {
        return new FlashBudget(bytesPerDay, () -> senders.written, senders, null);
    }

    @Test
    void aLoneSensorWithOneMessageInFlightIsAcknowledgedWithinFiftyMilliseconds() {
        senders.add(1, SECOND, Duration.ofMillis(300));

        senders.run(new CommitPace(SECOND, budget(1_000_000_000)), Duration.ofMinutes(2));

        assertThat(senders.slowest()).isLessThanOrEqualTo(Duration.ofMillis(60));
        assertThat(senders.acknowledged()).isBetween(119, 120);
    }

    @Test
    void onceTheDaysBudgetIsSpentEvenALoneSensorWaitsButNotBeyondTheDeadline() {
        senders.add(1, SECOND, Duration.ofMillis(300));

        senders.run(new CommitPace(SECOND, budget(20 * PacedSenders.COMMIT_BYTES)), Duration.ofMinutes(2));

        assertThat(senders.slowest()).isBetween(Duration.ofMillis(900), SECOND);
        assertThat(senders.acknowledged()).isBetween(118, 120);
    }

    @Test
    void theBudgetSetsTheDistanceBetweenCommitsAndIsKeptByTheEndOfTheDay() {
        senders.add(1000, Duration.ofMillis(10), Duration.ZERO);
        long perDay = 2_500_000_000L;

        senders.run(new CommitPace(SECOND, budget(perDay)), Duration.ofMinutes(20));

        double aDay = senders.written * 72.0;
        assertThat(aDay).isBetween(perDay * 0.9, perDay * 1.05);
        assertThat(senders.slowest()).isLessThan(Duration.ofMillis(600));
    }

    @Test
    void withoutAnyBudgetLeftTheDeadlineWins() {
        senders.add(65_535, Duration.ofMillis(1), Duration.ZERO);

        senders.run(new CommitPace(SECOND, budget(1_000_000)), Duration.ofMinutes(5));

        assertThat(senders.slowest()).isLessThanOrEqualTo(SECOND);
        assertThat(senders.commits).isBetween(300L, 350L);
    }

    @Test
    void twoHundredSendersWithOneMessageInFlightEachAtOneHertzAllKeepUp() {
        Random random = new Random(20261123);
        List<PacedSenders.Sender> all = new ArrayList<>();
        for (int sender = 0; sender < 200; sender++) {
            all.add(senders.add(1, SECOND, Duration.ofMillis(random.nextInt(1000))));
        }

        senders.run(new CommitPace(SECOND, budget(1_000_000_000)), Duration.ofMinutes(5));

        assertThat(all).allSatisfy(sender -> assertThat(sender.waitingMost).isLessThanOrEqualTo(1));
        assertThat(senders.slowest()).isLessThanOrEqualTo(SECOND);
        assertThat(senders.commits).as("the budget is used, not broken").isLessThan(400);
    }

    @Test
    void aSenderThatWaitsForUsWithAFullWindowIsNotHeldBackByTheBudget() {
        PacedSenders.Sender broker = senders.add(20, Duration.ofMillis(5), Duration.ZERO);

        senders.run(new CommitPace(SECOND, budget(1_000_000_000)), Duration.ofMinutes(1));

        assertThat(broker.waitingMost).as("200 messages/s, 20 in flight").isLessThan(220);
        assertThat(senders.acknowledged()).isGreaterThan(11_000);
    }

    /** A script that measures, publishes and waits when too much is on its way: once it got 64 in a second. */
    @Test
    void aSenderThatFillsItsWindowSlowlyIsNotHeldBackEither() {
        CommitPace pace = new CommitPace(SECOND, budget(1_000_000_000));
        long now = 0;
        int sent = 0;
        while (now < 10_000_000_000L) {
            long since = now;
            for (int message = 0; message < 64; message++) {
                now += 1_000_000;
                pace.arrived(1, now);
            }
            while (pace.due(since, now) == CommitPace.Reason.NOT_YET) {
                now += Math.max(100_000, pace.patience(since, now));
            }
            sent += 64;
            pace.submitted(now);
            pace.stored(now, now + 3_000_000);
            now += 4_000_000;
        }

        assertThat(sent).as("one a millisecond, less what commits take").isGreaterThan(7_000);
    }

    /** A broker passes on 1000 messages at most without acknowledgement, which come in 50 ms. */
    @Test
    void aBrokersWindowIsCommittedByHalvesSoThatItNeverStandsStill() {
        PacedSenders.Sender broker = senders.add(1000, Duration.ofNanos(50_000), Duration.ZERO);

        senders.run(new CommitPace(SECOND, budget(1_000_000_000)), Duration.ofSeconds(20));

        assertThat(senders.acknowledged()).as("20,000 messages/s").isGreaterThan(375_000);
        assertThat(broker.waitingMost).as("until its window is known").isLessThan(22_000);
        assertThat(senders.commits).as("about half a window each").isLessThan(1200L);
    }

    @Test
    void aBudgetOfMoreThanIsNeededGivesFiftyMillisecondsAtAnyLoad() {
        senders.add(65_535, Duration.ofMillis(2), Duration.ZERO);

        senders.run(new CommitPace(SECOND, budget(Long.MAX_VALUE)), Duration.ofMinutes(1));

        assertThat(senders.slowest()).isLessThanOrEqualTo(Duration.ofMillis(60));
        assertThat(senders.commits).isBetween(1000L, 1300L);
    }

    @Test
    void theSpendingOfADayIsKeptOverARestartAndForgottenTheNextDay() {
        FlashBudget first = new FlashBudget(1000, () -> senders.written, senders, null);
        senders.written += 1200;
        first.look();

        FlashBudget again = new FlashBudget(1000, () -> senders.written, senders, first.toBytes());
        FlashBudget tomorrow = new FlashBudget(1000, () -> senders.written,
                java.time.Clock.offset(senders, Duration.ofDays(1)), first.toBytes());

        assertThat(again.isSpent()).isTrue();
        assertThat(again.allowedPerSecond()).isZero();
        assertThat(tomorrow.isSpent()).isFalse();
    }

    @Test
    void whenTheDeadlineBreaksTheBudgetAnAlarmNamesTheSenderAndTheCure() {
        Alarms alarms = new Alarms(List.of(), name -> {
            throw new AssertionError(name);
        }, Map.of(), Duration.ofMinutes(10), () -> 0);
        FlashBudget budget = budget(10_000_000);
        FlashWatch watch = new FlashWatch(budget);
        Pending pending = new Pending();
        pending.received(new Delivery.Message("listener", "in/a", new byte[1], 0,
                new Delivery.RepeatMark("feeder-7", 1, false), List.of(), Receipt.NONE));

        for (int minute = 0; minute <= FlashWatch.MINUTES; minute++) {
            watch.committed(CommitPace.Reason.DEADLINE, pending);
            senders.written += 600_000;
            watch.look(alarms, minute * 60_000_000_000L);
        }

        assertThat(alarms.drain().entries()).singleElement().isInstanceOfSatisfying(Entry.Alarm.class, alarm -> {
            assertThat(alarm.event().kind()).isEqualTo(AlarmEvent.Kind.ACTIVATED);
            assertThat(alarm.event().message().ja()).contains("listener/feeder-7", "10 MB");
            assertThat(alarm.event().action().en()).contains("in flight", "flashPerDay");
        });
    }
}
