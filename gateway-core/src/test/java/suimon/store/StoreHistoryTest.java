package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of a store beside a {@link StoreModel}: readings of all types, numbers or not, in
 * and out of order, months late, repeated, revised, regraded; sealing of several tempers, retention by
 * quota and by age, thinning, a consumer that goes over the log once, reopening and kills with commits
 * on their way, in any order. A failure names its seed and step.
 */
class StoreHistoryTest {
    @TempDir
    Path folder;

    @Test
    void aStoreIsWhatItsModelSays() throws Exception {
        Totals totals = play(3, 4, 60);

        // Or the histories would say nothing about these.
        assertThat(totals.sealed).isPositive();
        assertThat(totals.removed).isPositive();
    }

    @Test
    @Tag("long")
    void aStoreIsWhatItsModelSaysInLongerHistories() throws Exception {
        // Other seeds and lengths are asked for where one of them is looked into.
        long first = Long.getLong("suimon.history.first", 1001);
        Totals totals = play(first, Long.getLong("suimon.history.last", first + 59),
                Integer.getInteger("suimon.history.steps", 400));

        assertThat(totals.thinned).isPositive();
        assertThat(totals.undone).isPositive();
    }

    private Totals play(long firstSeed, long lastSeed, int steps) throws Exception {
        Totals totals = new Totals();
        for (long seed = firstSeed; seed <= lastSeed; seed++) {
            HistoryRun run = new HistoryRun(seed, Files.createDirectory(folder.resolve("seed" + seed)), steps);
            run.play();
            totals.sealed += run.sealed;
            totals.removed += run.removed;
            totals.thinned += run.thinned;
            totals.undone += run.undone;
        }
        return totals;
    }

    /** What happened in all of them. */
    private static final class Totals {
        long sealed;
        long removed;
        long thinned;
        long undone;
    }
}
