package suimon.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import suimon.pipeline.SteppedClock;
import suimon.reading.ClockStamp.Trust;
import suimon.reading.SteadyClock.Step;

final class SteadyClockTest {
    private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");
    private static final long MILLI = 1_000_000L;

    private final SteppedClock system = new SteppedClock(NOW);
    private final SteadyClock clock = new SteadyClock(system, system, 50);

    @Test
    void aSynchronisedClockIsFollowedByMinutesAndNotByYears() {
        assertThat(clock.look(true, 3 * MILLI)).isEqualTo(Step.CHANGED);
        assertThat(clock.state().trust()).isEqualTo(Trust.SYNCHRONISED);
        assertThat(clock.state().errorNanos()).isEqualTo(3 * MILLI);

        system.jump(Duration.ofMinutes(-7));
        assertThat(clock.instant()).as("until somebody looked").isEqualTo(NOW);
        clock.look(true, 3 * MILLI);
        assertThat(clock.instant()).isEqualTo(NOW.minus(Duration.ofMinutes(7)));

        Instant before = clock.instant();
        system.jump(Duration.ofDays(3650));
        clock.look(true, MILLI);
        assertThat(clock.instant()).isEqualTo(before);
        assertThat(clock.state().isDoubted()).isTrue();
        assertThat(clock.state().trust()).isEqualTo(Trust.HOLDOVER);

        system.step(SteadyClock.JUMP_PATIENCE);
        clock.look(true, MILLI);
        assertThat(clock.instant()).as("a day later").isEqualTo(system.instant());
        assertThat(clock.state().isDoubted()).isFalse();
    }

    @Test
    void withoutSynchronisationTheErrorGrowsAndNobodyMovesTheClock() {
        clock.look(true, 2 * MILLI);
        system.step(Duration.ofSeconds(1));
        clock.look(false, 0);
        system.step(Duration.ofHours(2));
        system.jump(Duration.ofHours(-2));
        clock.look(false, 0);

        assertThat(clock.instant()).isEqualTo(NOW.plus(Duration.ofHours(2)).plusSeconds(1));
        assertThat(clock.state().trust()).isEqualTo(Trust.HOLDOVER);
        // 50 ppm of two hours are 360 ms.
        assertThat(clock.state().errorNanos()).isBetween(361 * MILLI, 363 * MILLI);
    }

    @Test
    void aStartIn1970OrIn2036GoesOnFromTheNewestRecordUntilTheTimeIsKnown() {
        for (Instant wrong : List.of(Instant.EPOCH.plusSeconds(5), Instant.parse("2036-02-07T06:28:16Z"))) {
            SteppedClock box = new SteppedClock(wrong);
            SteadyClock dateless = new SteadyClock(box, box, 50);
            dateless.notBefore(NOW);
            box.step(Duration.ofMinutes(3));
            dateless.look(false, 0);

            assertThat(dateless.instant()).isEqualTo(NOW.plus(Duration.ofMinutes(3)));
            assertThat(dateless.state().isDated()).isFalse();
            assertThat(dateless.state().trust()).isEqualTo(Trust.UNKNOWN);

            Instant truth = NOW.plus(Duration.ofDays(1));
            box.jump(Duration.between(box.instant(), truth));
            assertThat(dateless.look(true, MILLI)).isEqualTo(Step.CHANGED);
            assertThat(dateless.instant()).isEqualTo(truth);
            assertThat(dateless.state().isDated()).isTrue();
        }
    }

    @Test
    void aPersonMaySetAClockThatNobodySynchronises() {
        clock.look(false, 0);
        system.jump(Duration.ofHours(1));
        assertThat(clock.look(false, 0)).isEqualTo(Step.CHANGED);
        assertThat(clock.instant()).isEqualTo(NOW.plus(Duration.ofHours(1)));

        system.jump(Duration.ofDays(-20_000));
        clock.look(false, 0);
        assertThat(clock.instant()).as("not to 1972").isEqualTo(NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void aRestartInTheSameBootGoesOnInHoldover() {
        clock.look(true, MILLI);
        Entry.ClockFix fix = clock.fix("boot");
        system.step(Duration.ofHours(1));
        system.jump(Duration.ofDays(-10_000));

        SteadyClock next = new SteadyClock(system, system, 50);
        next.resume(fix);

        assertThat(next.instant()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(next.state().trust()).isEqualTo(Trust.HOLDOVER);
        assertThat(next.state().errorNanos()).isBetween(181 * MILLI, 182 * MILLI);
    }

    @Test
    void whateverJumpsWithoutSynchronisationTheTimeNeverGoesBack() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        clock.look(true, MILLI);
        Instant before = clock.instant();
        for (int step = 0; step < 10_000; step++) {
            system.step(Duration.ofMillis(random.nextInt(2000)));
            if (random.nextInt(5) == 0) {
                system.jump(Duration.ofSeconds(random.nextLong(-2_000_000_000L, 2_000_000_000L)));
            }
            clock.look(false, 0);
            assertThat(clock.instant()).as("seed %d, step %d", seed, step).isAfterOrEqualTo(before);
            before = clock.instant();
        }
    }

    @Test
    void stampsBeforeTheTimeWasKnownAreRedatedAndOthersAreNot() {
        SteppedClock box = new SteppedClock(Instant.EPOCH);
        SteadyClock dateless = new SteadyClock(box, box, 50);
        dateless.notBefore(NOW);
        ClockStamp early = stamp(dateless, box, "boot");
        box.step(Duration.ofMinutes(5));
        box.jump(Duration.between(box.instant(), NOW.plus(Duration.ofDays(2))));
        dateless.look(true, MILLI);
        ClockStamp later = stamp(dateless, box, "boot");

        Redating redating = new Redating(List.of(dateless.fix("boot")));

        Duration outage = Duration.ofDays(2).minus(Duration.ofMinutes(5));
        assertThat(redating.shift(early)).isEqualTo(outage.toNanos());
        assertThat(redating.shift(later)).isZero();
        assertThat(redating.shift(new ClockStamp("other", 0, early.utcNanos(), Trust.UNKNOWN))).isZero();
    }

    private static ClockStamp stamp(SteadyClock clock, Ticker ticker, String boot) {
        return new ClockStamp(boot, ticker.nanos(), Nanos.of(clock.instant()), SteadyClock.trustOf(clock));
    }
}
