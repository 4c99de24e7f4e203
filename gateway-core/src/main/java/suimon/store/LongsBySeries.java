package suimon.store;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The same few numbers for each series, side by side in pages: with tens of thousands of series an
 * array and a key for each cost more than the numbers. Not safe for several threads.
 */
final class LongsBySeries {
    private static final int PAGE_BITS = 7;
    private static final int PAGE = 1 << PAGE_BITS;

    private final int width;
    private final long blank;
    private final BySeries<Page> pages = new BySeries<>();

    /** The numbers of neighbouring series, and which of these have any. */
    private static final class Page {
        final long[] numbers;
        final BitSet present = new BitSet(PAGE);

        Page(int width, long blank) {
            numbers = new long[PAGE * width];
            Arrays.fill(numbers, blank);
        }
    }

    /** Takes the numbers of a series, which begin at a place in an array. */
    interface Visitor {
        void visit(int series, long[] numbers, int at);
    }

    /** So many numbers per series, each blank until it is set. */
    LongsBySeries(int width, long blank) {
        this.width = width;
        this.blank = blank;
    }

    /** Whether any number of the series was ever set. */
    boolean has(int series) {
        Page page = pages.get(series >> PAGE_BITS);
        return page != null && page.present.get(series & PAGE - 1);
    }

    long get(int series, int column) {
        Page page = pages.get(series >> PAGE_BITS);
        return page == null ? blank : page.numbers[(series & PAGE - 1) * width + column];
    }

    void set(int series, int column, long number) {
        Page page = pages.computeIfAbsent(series >> PAGE_BITS, missing -> new Page(width, blank));
        page.present.set(series & PAGE - 1);
        page.numbers[(series & PAGE - 1) * width + column] = number;
    }

    void add(int series, int column, long delta) {
        set(series, column, get(series, column) + delta);
    }

    /** Visits the series that have numbers, which the visitor may change in their place. */
    void forEach(Visitor visitor) {
        pages.forEach((number, page) -> {
            BitSet present = page.present;
            for (int slot = present.nextSetBit(0); slot >= 0; slot = present.nextSetBit(slot + 1)) {
                visitor.visit((number << PAGE_BITS) + slot, page.numbers, slot * width);
            }
        });
    }

    /** Forgets all numbers and keeps the room. */
    void clear() {
        pages.forEach((number, page) -> {
            Arrays.fill(page.numbers, blank);
            page.present.clear();
        });
    }
}
