package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.LinkAccount;
import suimon.backhaul.Meter;
import suimon.backhaul.Uplink;
import suimon.config.DataSize;
import suimon.config.LinkConfig;
import suimon.config.LinkProfile;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.store.Commit;

/** A link with a monthly cap under an uplink that has more to send than that. */
final class LinkCapTest {
    private static final long CAP = 40_000;

    @TempDir
    Path folder;

    private volatile Duration ahead = Duration.ZERO;

    /** Real time, moved on by whole months. */
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @Test
    void atTheCapAlarmsGoAndTheRestWaitsForTheNextMonth() throws Exception {
        LinkConfig sim = new LinkConfig("sim", LinkProfile.LTE, null, null, null, new DataSize(CAP), 1, List.of(),
                Duration.ofMillis(500), Duration.ZERO, new DataSize(2_500));
        LinkAccount account = new LinkAccount(sim, ZoneOffset.UTC, clock, null);
        try (Pair pair = new Pair(folder, 71, 2_500)) {
            new Traffic(71).commit(pair.log(), 600);
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(71), 0, pair.hub());
            Meter meter = new Meter() {
                @Override
                public void sent(@Nullable Lane lane, int bytes) {
                    account.sent(lane, bytes);
                }

                @Override
                public void received(int bytes) {
                    account.received(bytes);
                }
            };
            pair.startUplink(List.of(new Uplink.Opening(sim, meter,
                    answers -> new FlakyLink(Pair.GATEWAY, wire, answers))), (link, lane) -> account.allows(lane));
            await(pair, () -> !account.allows(Lane.P3));
            long p0 = confirmed(pair, Lane.P0);

            pair.log().commit(new Commit(
                    List.of(new Entry.Alarm(Traffic.alarm(AlarmEvent.Kind.ACTIVATED, Instant.now()))), List.of()));
            await(pair, () -> confirmed(pair, Lane.P0) > p0);

            long alarms = account.month().byLane().getOrDefault(Lane.P0, 0L);
            assertThat(account.month().bytes() - alarms).as("the cap, one frame and the answers that were due")
                    .isLessThan(CAP + 2_500 + 2_000);
            assertThat(pair.uplink().status().lanes()).anyMatch(lane -> lane.lane() == Lane.P3 && lane.behind() > 0);

            for (int months = 1; !isDrained(pair); months++) {
                assertThat(months).as("months until all is there").isLessThan(30);
                ahead = Duration.ofDays(31L * months);
                long before = account.month().bytes();
                await(pair, () -> isDrained(pair) || account.month().bytes() > before && !account.allows(Lane.P3));
            }
            assertThat(Holdings.of(pair.hubLog()).readings()).isEqualTo(Holdings.of(pair.log()).readings());
        }
    }

    private static long confirmed(Pair pair, Lane lane) {
        return pair.hub().gateways().getFirst().confirmed().stream().filter(one -> one.lane() == lane)
                .mapToLong(one -> one.number()).findFirst().orElse(0);
    }

    private static boolean isDrained(Pair pair) {
        return pair.uplink().status().lanes().stream()
                .allMatch(lane -> lane.behind() == 0 && lane.unconfirmed() == 0);
    }

    private static void await(Pair pair, BooleanSupplier condition) {
        pair.await("seed=71", condition);
    }
}
