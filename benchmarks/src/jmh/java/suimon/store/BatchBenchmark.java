package suimon.store;

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
import suimon.reading.Entry;

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

    private final EntryCodec codec = new EntryCodec();
    private Entry.Batch batch;
    private byte[] row;

    @Setup
    public void makeBatch() {
        batch = BatchSizes.second(1, SERIES, COUNT / SERIES, 0.002);
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
