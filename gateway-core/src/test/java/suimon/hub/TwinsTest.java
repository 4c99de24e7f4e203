package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Two gateways under one id, told from one that was started again. */
final class TwinsTest {
    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
    private static final long OLD = 11;
    private static final long NEW = 22;

    private final Twins twins = new Twins();
    private int seconds;

    private boolean hear(long name, int after) {
        seconds += after;
        return twins.isRefused(name, NOON.plusSeconds(seconds));
    }

    @Test
    void oneThatIsStartedAgainAndAgainIsNeverRefused() {
        for (long start = 1; start < 100; start++) {
            assertThat(hear(start, 5)).isFalse();
            assertThat(hear(start, 5)).isFalse();
        }
        assertThat(twins.isFound()).isFalse();
    }

    @Test
    void lateMessagesOfTheFormerStartAreNoSecondGateway() {
        hear(OLD, 0);
        hear(NEW, 10);
        for (int late = 0; late < 20; late++) {
            assertThat(hear(OLD, 0)).isFalse();
            assertThat(hear(NEW, 1)).isFalse();
        }
        assertThat(twins.isFound()).isFalse();
    }

    @Test
    void ofTwoThatSpeakInTurnTheLaterIsRefusedUntilTheFirstIsSilent() {
        hear(OLD, 0);
        hear(NEW, 10);
        for (int turn = 0; turn < 3; turn++) {
            hear(OLD, 10);
            hear(NEW, 10);
        }

        assertThat(twins.isFound()).isTrue();
        assertThat(hear(OLD, 10)).isFalse();
        assertThat(hear(NEW, 10)).isTrue();
        assertThat(hear(NEW, 890)).as("the first is gone for 15 minutes").isFalse();
        assertThat(twins.isFound()).isFalse();
    }
}
