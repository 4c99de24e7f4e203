package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import suimon.config.DecodeConfig;

/** Nanoseconds per message: the JSON scanned, and the whole way to a reading. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JsonBenchmark {
    private final byte[] payload = "{\"id\":\"s00001\",\"ts\":1790000000123,\"seq\":4711,\"v\":7.25,\"q\":192}"
            .getBytes(StandardCharsets.UTF_8);
    private final JsonTape tape = new JsonTape();
    private final Decoder decoder = Decoder.of(List.of(new DecodeConfig("in/{id}", DecodeConfig.Format.JSON,
            "{id}", "$.v", Map.of(), null, "$.ts", DecodeConfig.TimeFormat.AUTO, null, DecodeConfig.Expect.ANY,
            ",")));

    @Benchmark
    public boolean scan() {
        return tape.read(payload, false);
    }

    @Benchmark
    public Decoder.Outcome decode(Blackhole hole) {
        return decoder.decode("in/s00001", payload, 1_790_000_000_500_000_000L,
                (series, value, measured, origin) -> hole.consume(value));
    }
}
