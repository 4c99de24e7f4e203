package suimon.store;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The blocks in memory by series and number: a table of the blocks themselves, which know both, since
 * a map's entry and key for each cost as much as the block. Not safe for several threads.
 */
final class OpenBlocks implements Iterable<RollupBlock> {
    private static final int ROOM_MIN = 16;

    /** Each block lies at its place or behind it with no gap between; never more than three quarters full. */
    private @Nullable RollupBlock[] table = new RollupBlock[ROOM_MIN];
    private int size;

    int size() {
        return size;
    }

    @Nullable RollupBlock find(int series, long block) {
        return table[slotOf(series, block)];
    }

    /** Takes a block, instead of one with the same series and number. */
    void put(RollupBlock block) {
        int slot = slotOf(block.series, block.block);
        if (table[slot] == null) {
            size++;
        }
        table[slot] = block;
        if (size > table.length / 4 * 3) {
            resize(size + size / 4);
        }
    }

    /** Lets these go, and the room that they took. */
    void forget(Iterable<RollupBlock> blocks) {
        for (RollupBlock block : blocks) {
            remove(slotOf(block.series, block.block));
        }
        if (size < table.length / 4 && table.length > ROOM_MIN) {
            resize(size + size / 4);
        }
    }

    @Override
    public Iterator<RollupBlock> iterator() {
        return new Iterator<>() {
            private int next = from(0);

            @Override
            public boolean hasNext() {
                return next < table.length;
            }

            @Override
            public RollupBlock next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                RollupBlock block = Objects.requireNonNull(table[next]);
                next = from(next + 1);
                return block;
            }

            private int from(int slot) {
                int at = slot;
                while (at < table.length && table[at] == null) {
                    at++;
                }
                return at;
            }
        };
    }

    /** Where the block is or would be put. */
    private int slotOf(int series, long block) {
        int slot = homeOf(series, block);
        RollupBlock there = table[slot];
        while (there != null && (there.series != series || there.block != block)) {
            slot = slot + 1 == table.length ? 0 : slot + 1;
            there = table[slot];
        }
        return slot;
    }

    private int homeOf(int series, long block) {
        long mixed = (block * 0xBF58476D1CE4E5B9L + series) * 0x9E3779B97F4A7C15L;
        return (int) Math.unsignedMultiplyHigh(mixed, table.length);
    }

    /** Moves those up that lie behind a gap which they passed on the way from their place. */
    private void remove(int gone) {
        if (table[gone] == null) {
            return;
        }
        table[gone] = null;
        size--;
        int gap = gone;
        int slot = gone + 1 == table.length ? 0 : gone + 1;
        RollupBlock there = table[slot];
        while (there != null) {
            int home = homeOf(there.series, there.block);
            boolean isHomeBetween = gap < slot ? home > gap && home <= slot : home > gap || home <= slot;
            if (!isHomeBetween) {
                table[gap] = there;
                table[slot] = null;
                gap = slot;
            }
            slot = slot + 1 == table.length ? 0 : slot + 1;
            there = table[slot];
        }
    }

    private void resize(int room) {
        @Nullable RollupBlock[] old = table;
        table = new RollupBlock[Math.max(ROOM_MIN, room / 3 * 4)];
        for (RollupBlock block : old) {
            if (block != null) {
                table[slotOf(block.series, block.block)] = block;
            }
        }
    }
}
