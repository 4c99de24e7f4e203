package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import suimon.config.UplinkConfig.Lane;

/** Whatever comes, every lane is served within a number of frames. */
class TurnsTest {
    private static final int FRAME_MAX = 256_000;

    @Test
    void lanesThatAllHaveSomethingShareByTheirWeights() {
        Turns turns = new Turns();
        Map<Lane, Long> bytes = new EnumMap<>(Lane.class);
        Random random = new Random(1);
        for (int frame = 0; frame < 20_000; frame++) {
            Lane lane = turns.order(EnumSet.of(Lane.P2, Lane.P3, Lane.P4)).getFirst();
            int length = 1 + random.nextInt(FRAME_MAX);
            turns.sent(lane, length);
            bytes.merge(lane, (long) length, Long::sum);
        }
        long all = bytes.values().stream().mapToLong(Long::longValue).sum();
        bytes.forEach((lane, sent) -> assertThat((double) sent / all).as("%s of %s", lane, bytes)
                .isCloseTo(Turns.weight(lane) / 13.0, within(0.005)));
    }

    /** Frames of one length: between two turns of a lane another has at most its weight over the lane's, and one. */
    @Test
    void everyLaneIsServedWithinABoundOfFramesWhateverComes() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Turns turns = new Turns();
            Map<Lane, Integer> waiting = new EnumMap<>(Lane.class);
            Map<Lane, Integer> skipped = new EnumMap<>(Lane.class);
            for (int frame = 0; frame < 5_000; frame++) {
                for (Lane lane : List.of(Lane.P2, Lane.P3, Lane.P4)) {
                    if (random.nextInt(4) == 0) {
                        waiting.merge(lane, random.nextInt(40) == 0 ? 60 : 1, Integer::sum);
                    }
                }
                Set<Lane> ready = EnumSet.noneOf(Lane.class);
                waiting.forEach((lane, count) -> {
                    if (count > 0) {
                        ready.add(lane);
                    }
                });
                if (ready.isEmpty()) {
                    continue;
                }
                Lane next = turns.order(ready).getFirst();
                turns.sent(next, FRAME_MAX);
                waiting.merge(next, -1, Integer::sum);
                for (Lane lane : ready) {
                    int since = lane == next ? 0 : skipped.getOrDefault(lane, 0) + 1;
                    skipped.put(lane, since);
                    assertThat(since).as("seed=%d frame=%d %s", seed, frame, lane).isLessThanOrEqualTo(bound(lane));
                }
            }
        }
    }

    private static int bound(Lane lane) {
        return EnumSet.of(Lane.P2, Lane.P3, Lane.P4).stream().filter(other -> other != lane)
                .mapToInt(other -> Math.ceilDiv(Turns.weight(other), Turns.weight(lane)) + 1).sum();
    }

    @Test
    void alarmsAndTheirStatesComeBeforeAllOthers() {
        Turns turns = new Turns();
        turns.sent(Lane.P0, 1_000_000);
        turns.sent(Lane.P3, 10);

        assertThat(turns.order(EnumSet.allOf(Lane.class)))
                .containsExactly(Lane.P0, Lane.P1, Lane.P2, Lane.P4, Lane.P3);
    }

    @Test
    void aLaneThatWasIdleHasNoCredit() {
        Turns turns = new Turns();
        for (int frame = 0; frame < 1000; frame++) {
            turns.sent(Lane.P3, FRAME_MAX);
        }
        turns.sent(Lane.P4, FRAME_MAX);

        assertThat(turns.order(EnumSet.of(Lane.P3, Lane.P4)).getFirst()).isEqualTo(Lane.P3);
    }
}
