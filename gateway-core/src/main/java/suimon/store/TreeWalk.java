package suimon.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Walks the trees of a database page by page (SQLite file format, section 1.6), goes around what is
 * damaged, and can say afterwards which pages nothing led to.
 */
final class TreeWalk {
    /** The tree that lists the others. */
    static final Tree SCHEMA = new Tree(1, true);

    private static final int TABLE_LEAF = 0x0D;
    private static final int TABLE_INTERIOR = 0x05;
    private static final int INDEX_LEAF = 0x0A;
    private static final int INDEX_INTERIOR = 0x02;
    private static final int DEPTH_MAX = 20;
    private static final int LEAF_HEAD_BYTES = 8;
    private static final int INTERIOR_HEAD_BYTES = 12;
    private static final int FILE_HEAD_BYTES = 100;

    /** SQLite keeps the page at 1 GiB for its locks and stores nothing there. */
    private static final int LOCK_BYTE = 1 << 30;

    private final PageFile file;
    private final Pace pace;
    private final BitSet reached = new BitSet();
    private int walked;
    private long damagedPages;
    private long damagedCells;

    TreeWalk(PageFile file, Pace pace) {
        this.file = file;
        this.pace = pace;
        reached.set(1);
    }

    /** Takes records as they are found; those of tables with rowids in rising order but for strays. */
    interface Records {
        void record(Cell cell) throws IOException;
    }

    /** Hears of every page; may wait, or throw to end the walk. */
    interface Pace {
        void page(int done) throws IOException;
    }

    /** A tree: where it begins, what its leaves are. */
    record Tree(int root, boolean isTable) {}

    /** Pages that are damaged, and records that are on pages otherwise whole. */
    long damage() {
        return damagedPages + damagedCells;
    }

    long damagedPages() {
        return damagedPages;
    }

    /** Shows what can be read of a tree; false when a page of it could not. */
    boolean walk(Tree tree, Records records) throws IOException {
        long before = damagedPages;
        descend(tree, tree.root, Long.MIN_VALUE, Long.MAX_VALUE, 0, records);
        return damagedPages == before;
    }

    private void descend(Tree tree, int number, long above, long upTo, int depth, Records records)
            throws IOException {
        // A flipped bit may name a page that no file can have.
        boolean isNew = number > 0 && (number == tree.root || !reached.get(number));
        byte[] page = isNew ? load(number) : null;
        int head = number == 1 ? FILE_HEAD_BYTES : 0;
        if (page == null || depth > DEPTH_MAX || !isOf(tree, page, head)) {
            damagedPages++;
            return;
        }
        List<Integer> cells = cellsOf(page, head);
        boolean isLeaf = page[head] == TABLE_LEAF || page[head] == INDEX_LEAF;
        if (tree.isTable && isLeaf && !isWithin(page, cells, above, upTo)) {
            damagedPages++;
            return;
        }
        reached.set(number);
        if (isLeaf) {
            leaf(tree, page, cells, records);
        } else {
            interior(tree, page, head, cells, new long[] {above, upTo}, depth, records);
        }
    }

    private void interior(
            Tree tree, byte[] page, int head, List<Integer> cells, long[] bounds, int depth, Records records)
            throws IOException {
        long above = bounds[0];
        for (int at : cells) {
            int child = Bytes.intAt(page, at);
            if (tree.isTable) {
                long divider = dividerAt(page, at);
                descend(tree, child, above, Math.min(divider, bounds[1]), depth + 1, records);
                above = Math.max(above, divider);
            } else {
                descend(tree, child, above, bounds[1], depth + 1, records);
                record(page, at + 4, false, records);
            }
        }
        descend(tree, Bytes.intAt(page, head + LEAF_HEAD_BYTES), above, bounds[1], depth + 1, records);
    }

    private void leaf(Tree tree, byte[] page, List<Integer> cells, Records records) throws IOException {
        long last = Long.MIN_VALUE;
        for (int index = 0; index < cells.size(); index++) {
            try {
                Cell cell = Cell.read(file, page, cells.get(index), tree.isTable, reached);
                keepPace();
                if (tree.isTable && cell.key() <= last) {
                    throw new IllegalArgumentException("its key is out of order");
                }
                last = cell.key();
                records.record(cell);
            } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
                damagedCells++;
            }
        }
    }

    private void record(byte[] page, int at, boolean isTable, Records records) throws IOException {
        try {
            Cell cell = Cell.read(file, page, at, isTable, reached);
            keepPace();
            records.record(cell);
        } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
            damagedCells++;
        }
    }

    /** Takes the keys of a table with the pages that each record lies on. */
    interface Places {
        void place(long key, BitSet pages);
    }

    /** Shows where the records of a whole table lie. */
    void walkPages(Tree tree, Places places) throws IOException {
        walk(tree, cell -> {});
        for (int number = 2; number <= file.pages(); number++) {
            byte[] page = reached.get(number) ? load(number) : null;
            if (page == null || page[0] != TABLE_LEAF) {
                continue;
            }
            for (int at : cellsOf(page, 0)) {
                BitSet used = new BitSet();
                used.set(number);
                places.place(Cell.read(file, page, at, true, used).key(), used);
            }
        }
    }

    /**
     * Shows leaves that nothing led to and that are not free: where the way to them is damaged.
     *
     * @param isTable of which kind
     */
    void strays(boolean isTable, Records records) throws IOException {
        BitSet free = freePages();
        for (int number = 2; number <= file.pages(); number++) {
            byte[] page = reached.get(number) || free.get(number) ? null : load(number);
            if (page != null && page[0] == (isTable ? TABLE_LEAF : INDEX_LEAF)) {
                leaf(new Tree(number, isTable), page, cellsOf(page, 0), records);
            }
        }
    }

    /** Pages that the free list names; empty where it is damaged. */
    BitSet freePages() throws IOException {
        BitSet free = new BitSet();
        byte[] first = file.page(1);
        int trunk = first == null ? 0 : Bytes.intAt(first, 32);
        int left = first == null ? 0 : Bytes.intAt(first, 36);
        while (trunk != 0) {
            byte[] page = trunk > 1 && !free.get(trunk) && !reached.get(trunk) ? load(trunk) : null;
            int leaves = page == null ? -1 : Bytes.intAt(page, 4);
            if (page == null || leaves < 0 || leaves > page.length / 4 - 2) {
                damagedPages++;
                return free;
            }
            free.set(trunk);
            left -= leaves + 1;
            for (int index = 0; index < leaves; index++) {
                int leaf = Bytes.intAt(page, 8 + 4 * index);
                if (leaf < 2 || leaf > file.pages() || free.get(leaf) || reached.get(leaf)) {
                    damagedPages++;
                } else {
                    free.set(leaf);
                }
            }
            trunk = Bytes.intAt(page, 0);
        }
        damagedPages += left == 0 ? 0 : 1;
        return free;
    }

    boolean hasReached(int page) {
        return reached.get(page);
    }

    /** How many pages neither a tree nor the free list leads to. */
    long lostPages(BitSet free) {
        BitSet all = (BitSet) reached.clone();
        all.or(free);
        int lockPage = LOCK_BYTE / file.pageBytes() + 1;
        if (file.pages() >= lockPage) {
            all.set(lockPage);
        }
        return Math.max(0, file.pages() - all.cardinality());
    }

    private byte @org.jspecify.annotations.Nullable [] load(int number) throws IOException {
        byte[] page = file.page(number);
        keepPace();
        return page;
    }

    /** For every page that was read, those of long records too: nearly all of a sealed log is such. */
    private void keepPace() throws IOException {
        while (walked < file.reads()) {
            pace.page(++walked);
        }
    }

    private static boolean isOf(Tree tree, byte[] page, int head) {
        int type = page[head];
        int cells = Bytes.shortAt(page, head + 3);
        return cells <= page.length / 4 && (tree.isTable
                ? type == TABLE_LEAF || type == TABLE_INTERIOR
                : type == INDEX_LEAF || type == INDEX_INTERIOR);
    }

    /** Where the cells lie; a pointer that leads nowhere is a lost cell. */
    private List<Integer> cellsOf(byte[] page, int head) {
        boolean isLeaf = page[head] == TABLE_LEAF || page[head] == INDEX_LEAF;
        int at = head + (isLeaf ? LEAF_HEAD_BYTES : INTERIOR_HEAD_BYTES);
        List<Integer> cells = new ArrayList<>();
        for (int left = Bytes.shortAt(page, head + 3); left > 0 && at < page.length - 1; left--) {
            int cell = Bytes.shortAt(page, at);
            if (cell > at && cell <= page.length - 4) {
                cells.add(cell);
            } else if (isLeaf) {
                damagedCells++;
            } else {
                // With the pointer goes the way to a page.
                damagedPages++;
            }
            at += 2;
        }
        return cells;
    }

    /** A leaf that belongs elsewhere, by where its first and last keys lie. */
    private static boolean isWithin(byte[] page, List<Integer> cells, long above, long upTo) {
        int inside = 0;
        for (int at : cells) {
            try {
                long key = Cell.keyAt(page, at);
                inside += key > above && key <= upTo ? 1 : 0;
            } catch (IllegalArgumentException damage) {
                // That cell is judged when it is read.
            }
        }
        // One flipped bit in a key or a divider must not cost the page.
        return inside * 2 >= cells.size();
    }

    private static long dividerAt(byte[] page, int at) {
        try {
            return Cell.dividerAt(page, at);
        } catch (IllegalArgumentException damage) {
            return Long.MIN_VALUE;
        }
    }
}
