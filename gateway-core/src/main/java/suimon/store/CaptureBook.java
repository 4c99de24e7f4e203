package suimon.store;

/**
 * The book of captures: arrived = there + removed + lost.
 *
 * @param arrived captures that were new
 * @param repeated the same bytes from the same sensor again
 * @param removed by quota or age
 * @param lost their file or their row was gone at a start
 */
public record CaptureBook(long arrived, long repeated, long removed, long lost) {
    /** Of an empty shelf. */
    public static final CaptureBook EMPTY = new CaptureBook(0, 0, 0, 0);

    /** Whether so many captures are what the book says. */
    public boolean balances(long there) {
        return arrived == there + removed + lost;
    }

    CaptureBook plus(long more, long again, long gone) {
        return new CaptureBook(arrived + more, repeated + again, removed + gone, lost);
    }

    CaptureBook withLost(long there) {
        return new CaptureBook(arrived, repeated, removed, arrived - there - removed);
    }

    byte[] toBytes() {
        return new ByteWriter(32).putSigned(arrived).putSigned(repeated).putSigned(removed).putSigned(lost).toBytes();
    }

    static CaptureBook of(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        return new CaptureBook(from.getSigned(), from.getSigned(), from.getSigned(), from.getSigned());
    }
}
