package suimon.store;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.ValueType;

/** Nanoseconds per reading to write and to read one second of 200 sensors at 5 Hz. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchBenchmark {
    private static final int SERIES = 200;
    private static final int COUNT = 1000;
    private static final long SECOND = 1_000_000_000;

    private final EntryCodec codec = new EntryCodec();
    private Entry.Batch batch;
    private byte[] row;

    @Setup
    public void makeBatch() {
        Random random = new Random(1);
        Readings.Builder rows = new Readings.Builder(COUNT);
        for (int index = 0; index < COUNT; index++) {
            long measured = 1_790_000_000 * SECOND + index * 1_000_000L;
            long received = measured + random.nextInt(4) * 1_000_000L;
            rows.addRaw(1 + index % SERIES, measured, received, ValueType.DECIMAL, 700 + random.nextInt(20), 2,
                    Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        batch = new Entry.Batch(rows.build(), new ClockStamp("a-random-boot-id-of-a-box", 12345 * SECOND,
                1_790_000_000 * SECOND, ClockStamp.Trust.SYNCHRONISED));
        row = codec.encode(batch);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public byte[] write() {
        return codec.encode(batch);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Entry read() {
        return codec.decode(EntryKind.BATCH, row);
    }
}
