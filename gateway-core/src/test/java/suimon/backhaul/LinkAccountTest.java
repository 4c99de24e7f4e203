package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import suimon.config.DataSize;
import suimon.config.LinkConfig;
import suimon.config.LinkProfile;
import suimon.config.UplinkConfig.Lane;

class LinkAccountTest {
    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

    /** Noon of the tenth in Tokyo. */
    private Instant now = Instant.parse("2026-06-10T03:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return TOKYO;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @Test
    void aMonthBeginsOnItsDayInTheSitesTime() {
        LinkAccount account = account(link(21, 1_000_000L, null, LinkProfile.LTE), null);

        assertThat(account.month().from()).isEqualTo("2026-05-20T15:00:00Z");
        assertThat(account.month().to()).isEqualTo("2026-06-20T15:00:00Z");
        account.sent(Lane.P3, 1000);
        assertThat(account.month().bytes()).isPositive();

        now = Instant.parse("2026-06-20T14:59:59Z");
        assertThat(account.month().bytes()).isPositive();
        now = Instant.parse("2026-06-20T15:00:00Z");
        assertThat(account.month().bytes()).isZero();
        // A clock that is put back must not bring last month's budget again.
        now = Instant.parse("2026-06-20T14:59:59Z");
        assertThat(account.month().from()).isEqualTo("2026-06-20T15:00:00Z");
    }

    @Test
    void atTheCapOnlyAlarmsGoAndItIsPassedByLessThanOneMessage() {
        LinkAccount account = account(link(1, 100_000L, null, LinkProfile.GEO), null);
        int messages = 0;
        while (account.allows(Lane.P3)) {
            account.sent(Lane.P3, 5_000);
            messages++;
        }
        assertThat(messages).isBetween(15, 20);
        assertThat(account.month().bytes()).isBetween(100_000L, 100_000L + 5_000 + 600);
        assertThat(account.allows(Lane.P1)).isFalse();
        assertThat(account.allows(Lane.P0)).isTrue();
    }

    @Test
    void whatWasCountedIsNeverForgottenByAKillAndExactAfterAStop() {
        LinkConfig link = link(1, 10_000_000L, null, LinkProfile.LTE);
        LinkAccount account = account(link, null);
        byte[] kept = account.reserve();
        for (int message = 0; message < 1000; message++) {
            if (account.sent(Lane.P3, 3_000)) {
                kept = account.reserve();
            }
            // A kill comes here: what is kept has to be at least what went.
            assertThat(account(link, kept).month().bytes()).isGreaterThanOrEqualTo(account.month().bytes());
        }
        assertThat(account(link, kept).month().bytes() - account.month().bytes()).isLessThan(10_000_000L / 256 + 4_000);
        assertThat(account(link, account.close()).month().bytes()).isEqualTo(account.month().bytes());
        assertThat(account(link, account.close()).month().byLane()).isEqualTo(account.month().byLane());
    }

    @Test
    void whatIsBegunCountsWholeAndEachShortMessageByItself() {
        LinkConfig.Cost perUnit = new LinkConfig.Cost(10, new DataSize(100_000), "JPY");
        LinkAccount lte = account(link(1, null, perUnit, LinkProfile.LTE), null);
        lte.interfaceCounts(5_000_000);
        lte.interfaceCounts(5_150_001);
        assertThat(lte.month().bytes()).isEqualTo(150_001);
        assertThat(lte.month().cost()).isEqualTo(20);

        LinkConfig.Cost perCredit = new LinkConfig.Cost(0.16, new DataSize(50), "USD");
        LinkAccount sbd = account(link(1, null, perCredit, LinkProfile.SHORT_MESSAGE), null);
        for (int message = 0; message < 3; message++) {
            sbd.sent(Lane.P0, 300);
        }
        long each = (300 + 20 + 49) / 50;
        assertThat(sbd.month().cost()).isEqualTo(3 * each * 0.16);
    }

    @Test
    void anInterfaceThatCountsFromZeroAgainAddsToWhatWasCounted() {
        LinkConfig link = link(1, null, null, LinkProfile.LTE);
        LinkAccount account = account(link, null);
        account.interfaceCounts(1_000_000);
        account.interfaceCounts(1_200_000);
        LinkAccount next = account(link, account.close());
        next.interfaceCounts(50_000);
        assertThat(next.month().bytes()).isEqualTo(250_000);
        assertThat(next.month().forecast()).isGreaterThan(700_000).isLessThan(900_000);
    }

    private LinkAccount account(LinkConfig link, byte @Nullable [] kept) {
        return new LinkAccount(link, TOKYO, clock, kept);
    }

    private static LinkConfig link(
            int monthStart, @Nullable Long cap, LinkConfig.@Nullable Cost cost, LinkProfile profile) {
        return new LinkConfig("sim", profile, null, null, cost, cap == null ? null : new DataSize(cap), monthStart,
                List.of(), null, null, null);
    }
}
