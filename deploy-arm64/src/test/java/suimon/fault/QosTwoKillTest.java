package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 while a device sends with QoS 2: every completed message is there, and none twice. The
 * messages take their time on arrival, so that a second copy would be a reading of its own.
 */
final class QosTwoKillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path scratch;

    @Test
    void nothingIsLostAndNothingIsThereTwiceAfterKills() throws Exception {
        kill(20_263, 2);
    }

    @Test
    @Tag("long")
    void nothingIsLostAndNothingIsThereTwiceAfterTwoHundredKills() throws Exception {
        kill(20_264, 200);
    }

    private void kill(long seed, int rounds) throws Exception {
        Random random = new Random(seed);
        Site site = new Site(scratch.resolve("site"));
        try (QosTwoSender sender = new QosTwoSender(site.mqttPort(), "siren", "pen1/siren")) {
            for (int round = 0; round < rounds; round++) {
                try (Child gateway = site.start()) {
                    sender.awaitAcknowledged(sender.acknowledgedCount() + 1 + random.nextInt(60), PATIENCE);
                    LockSupport.parkNanos(random.nextInt(10_000_000));
                    gateway.kill();
                }
            }
            try (Child gateway = site.start()) {
                assertThat(sender.finish(PATIENCE)).as("seed=%d %s", seed, sender.complaints()).isTrue();
                gateway.stop(PATIENCE);
            }
            Map<Long, Integer> found = new HashMap<>();
            Contents.of(site.data(), scratch.resolve("copy")).numbers("pen1/siren")
                    .forEach(number -> found.merge(number, 1, Integer::sum));

            assertThat(sender.complaints()).as("seed=%d", seed).isEmpty();
            assertThat(sender.resent()).as("seed=%d: kills that interrupt nothing prove nothing", seed).isPositive();
            assertThat(found.keySet()).as("seed=%d", seed).isEqualTo(sender.acknowledged());
            assertThat(found.values()).as("seed=%d, sent again %d", seed, sender.resent()).containsOnly(1);
        }
    }
}
