package suimon.store;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import suimon.reading.Readings;

/** Nanoseconds per reading to write and to read a chunk. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChunkBenchmark {
    private static final int COUNT = 3600;

    @Param({"temperature", "pressure"})
    public String series;

    @Param({"0", "3"})
    public double jitter;

    private final ChunkCodec codec = new ChunkCodec();
    private Readings rows;
    private byte[] chunk;

    @Setup
    public void makeRows() {
        SeriesRecipe made = series.equals("pressure") ? SeriesRecipe.pressure(3) : SeriesRecipe.temperature(1);
        rows = SeriesRecipe.readings(made.times(jitter), made.values(), made.digits(), 0, COUNT);
        chunk = codec.write(rows);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public byte[] write() {
        return codec.write(rows);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Readings read() {
        return codec.read(chunk, 1);
    }

    @Benchmark
    public ChunkHeader header() {
        return ChunkCodec.header(chunk);
    }
}
