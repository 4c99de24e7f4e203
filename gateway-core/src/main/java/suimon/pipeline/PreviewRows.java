package suimon.pipeline;

import java.util.Arrays;

/** Readings in columns on their way from ingest to insight, with marks where a commit ends. */
final class PreviewRows {
    static final byte UNUSABLE = 0;
    static final byte USABLE = 1;
    static final byte REMOVED = 2;

    /** No reading: the rows before it are in one commit, whose group number is the measured time. */
    static final byte GROUP_END = 3;

    /** So many rows' room is kept for good; more only while it is used. */
    private static final int ROOM_KEPT = 4096;

    private int size;
    private byte[] kind = new byte[256];
    private int[] series = new int[256];
    private long[] measured = new long[256];
    private long[] received = new long[256];
    private double[] value = new double[256];

    int size() {
        return size;
    }

    byte kind(int row) {
        return kind[row];
    }

    int series(int row) {
        return series[row];
    }

    long measured(int row) {
        return measured[row];
    }

    long received(int row) {
        return received[row];
    }

    /** Calibrated. */
    double value(int row) {
        return value[row];
    }

    void add(byte ofKind, int ofSeries, long measuredAt, long receivedAt, double calibrated) {
        grow(size + 1);
        kind[size] = ofKind;
        series[size] = ofSeries;
        measured[size] = measuredAt;
        received[size] = receivedAt;
        value[size] = calibrated;
        size++;
    }

    void addAll(PreviewRows from) {
        grow(size + from.size);
        System.arraycopy(from.kind, 0, kind, size, from.size);
        System.arraycopy(from.series, 0, series, size, from.size);
        System.arraycopy(from.measured, 0, measured, size, from.size);
        System.arraycopy(from.received, 0, received, size, from.size);
        System.arraycopy(from.value, 0, value, size, from.size);
        size += from.size;
    }

    /** What a burst needed goes back by halves, while less than an eighth of it is used. */
    void clear() {
        if (kind.length > ROOM_KEPT && size < kind.length / 8) {
            resize(kind.length / 2);
        }
        size = 0;
    }

    private void grow(int wanted) {
        if (wanted > kind.length) {
            resize(Math.max(wanted, kind.length + kind.length / 2));
        }
    }

    private void resize(int capacity) {
        kind = Arrays.copyOf(kind, capacity);
        series = Arrays.copyOf(series, capacity);
        measured = Arrays.copyOf(measured, capacity);
        received = Arrays.copyOf(received, capacity);
        value = Arrays.copyOf(value, capacity);
    }
}
