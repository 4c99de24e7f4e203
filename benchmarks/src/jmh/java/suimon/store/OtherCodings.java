package suimon.store;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import suimon.reading.Readings;

/** The same chunk by other entropy coders, without any header: what the choice was made from. */
final class OtherCodings {
    private static final int RICE_BLOCK = 128;
    private static final int ZSTD_LEVEL = 19;

    private OtherCodings() {}

    /** Bytes by Rice codes whose parameter is chosen for each block of 128. */
    static double rice(Readings rows) {
        return bits(valueDeltas(rows)) / 8 + bits(timeResiduals(rows)) / 8;
    }

    /** Bytes by zstd (finite state entropy and match finding) over varints of the same residuals. */
    static double zstd(Readings rows) {
        ByteWriter to = new ByteWriter(1024);
        for (long delta : valueDeltas(rows)) {
            to.putSigned(delta);
        }
        for (long residual : timeResiduals(rows)) {
            to.putSigned(residual);
        }
        return Zstd.compress(to.toBytes(), ZSTD_LEVEL).length;
    }

    private static long[] valueDeltas(Readings rows) {
        long[] deltas = new long[rows.size() - 1];
        for (int row = 0; row < deltas.length; row++) {
            deltas[row] = rows.bits(row + 1) - rows.bits(row);
        }
        return deltas;
    }

    private static long[] timeResiduals(Readings rows) {
        long[] times = new long[rows.size()];
        for (int row = 0; row < times.length; row++) {
            times[row] = rows.measured(row) / 1_000_000;
        }
        long period = Math.round((double) (times[times.length - 1] - times[0]) / (times.length - 1));
        for (int row = times.length - 1; row >= 0; row--) {
            times[row] -= times[0] + row * period;
        }
        return times;
    }

    private static double bits(long[] residuals) {
        if (Arrays.stream(residuals).allMatch(residual -> residual == 0)) {
            return 16;
        }
        double total = 0;
        for (int start = 0; start < residuals.length; start += RICE_BLOCK) {
            int end = Math.min(residuals.length, start + RICE_BLOCK);
            long best = Long.MAX_VALUE;
            for (int low = 0; low < 20; low++) {
                long bits = 0;
                for (int row = start; row < end; row++) {
                    bits += 1 + low + (((residuals[row] << 1) ^ (residuals[row] >> 63)) >>> low);
                }
                best = Math.min(best, bits);
            }
            total += 5 + best;
        }
        return total;
    }
}
