package suimon.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import suimon.reading.*;

public final class WireSizes {
    public static void main(String[] a) {
        SeriesRecipe[][] r = new SeriesRecipe[3][4];
        for (int s = 0; s < 4; s++) { r[0][s] = SeriesRecipe.temperature(10 + s); r[1][s] = SeriesRecipe.oxygen(20 + s); r[2][s] = SeriesRecipe.pressure(30 + s); }
        for (double delay : new double[] {0, 3}) for (boolean jit : new boolean[] {false, true}) for (int kind = 0; kind < 4; kind++) {
            long bytes = 0, n = 0, old = 0;
            for (int frame = 0; frame < 20; frame++) {
                Random random = new Random(frame * 31 + kind);
                Readings.Builder b = new Readings.Builder(8000);
                for (int s = 0; s < 102; s++) {
                    SeriesRecipe of = r[kind == 3 ? s % 3 : kind][s % 4];
                    Random ph = new Random(s);
                    long phase = ph.nextLong(of.periodMilliseconds());
                    int from = (s / 4) * 2000 + frame * 60;
                    double sd = jit ? (of.periodMilliseconds() > 1000 ? 3 : 2) : 0;
                    for (int i = 0; i < 60; i++) {
                        long t = 1_790_000_000_000L + phase + frame * 60L * of.periodMilliseconds() + i * of.periodMilliseconds() + Math.round(random.nextGaussian() * sd);
                        b.addRaw(s, t * 1000000, (t + (delay > 0 ? random.nextInt(4) : 0)) * 1000000, ValueType.DECIMAL, of.values()[from + i], of.digits(), Grade.GOOD, 0, TimeOrigin.SOURCE);
                    }
                }
                Entry.Batch batch = new Entry.Batch(b.build(), new ClockStamp("c4f2a1d0-93b7-4a53-8a5e-2f6c7f0e9d11", 12345678901234L, 1_790_000_000_123_456_789L, ClockStamp.Trust.SYNCHRONISED));
                bytes += FrameCodec.write(List.of(batch)).length;
                ByteWriter w = new ByteWriter(10000);
                new BatchCodec().write(batch, w);
                old += w.size();
                n += 6120;
            }
            System.out.printf("delay %.0f jitter %b kind %d: %.3f (batch codec %.3f)%n", delay, jit, kind, (double) bytes / n, (double) old / n);
        }
    }
}
