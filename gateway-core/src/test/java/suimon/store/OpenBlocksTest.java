package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A table of blocks holds what a map by series and number would. */
class OpenBlocksTest {
    @Test
    void holdsWhatAMapWouldHold() {
        for (long seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            OpenBlocks blocks = new OpenBlocks();
            Map<RollupTable.Key, RollupBlock> expected = new HashMap<>();
            int series = 1 + random.nextInt(40);
            for (int step = 0; step < 400; step++) {
                RollupBlock block = new RollupBlock(random.nextInt(series), random.nextInt(30) - 15);
                blocks.put(block);
                expected.put(new RollupTable.Key(block.series, block.block), block);
                if (random.nextInt(10) == 0) {
                    List<RollupBlock> gone = some(random, expected);
                    blocks.forget(gone);
                    gone.forEach(one -> expected.remove(new RollupTable.Key(one.series, one.block)));
                }
                int asked = random.nextInt(series);
                long number = random.nextInt(30) - 15;
                assertThat(blocks.find(asked, number)).as("seed %d, step %d", seed, step)
                        .isSameAs(expected.get(new RollupTable.Key(asked, number)));
            }

            assertThat(blocks).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected.values());
            assertThat(blocks.size()).isEqualTo(expected.size());
            expected.values().forEach(block -> assertThat(blocks.find(block.series, block.block)).isSameAs(block));
        }
    }

    private static List<RollupBlock> some(Random random, Map<RollupTable.Key, RollupBlock> all) {
        int share = 1 + random.nextInt(4);
        List<RollupBlock> some = new ArrayList<>(all.values());
        some.removeIf(block -> random.nextInt(share) > 0);
        return some;
    }
}
