package suimon.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import suimon.reading.Unit;
import suimon.reading.Words;

/** A model by hand: its first output is the newest mean of the first channel, its second the sum of all. */
final class TestModel implements Model {
    static final long HOUR = 3600L * 1_000_000_000L;

    final List<Integer> batches = new ArrayList<>();
    boolean fails;
    private final Contract contract;

    TestModel(Contract contract) {
        this.contract = contract;
    }

    /** Oxygen and an optional temperature, four hours, three of which must be there. */
    static Contract fourHours() {
        return new Contract("test", "1.0.0", Duration.ofHours(1), 4,
                List.of(
                        new Contract.Input("oxygen", Words.same("DO"), new Unit("mg/L"), 0, 25,
                                Duration.ofHours(1), false, new Contract.History(3, 4, 1)),
                        new Contract.Input("temperature", Words.same("T"), new Unit("Cel"), -2, 40,
                                Duration.ofHours(1), true, new Contract.History(0, 4, 0))),
                List.of(
                        new Contract.Output("ahead", Words.same("ahead"), new Unit("mg/L"), Duration.ofHours(6)),
                        new Contract.Output("sum", Words.same("sum"), new Unit("1"), Duration.ZERO)));
    }

    /** The newest four readings of a series, at every second one. */
    static Contract fourReadings() {
        return Contract.ofReadings("count", "1.0.0", 4, 2,
                new Contract.Input("value", Words.same("V"), new Unit("1"), -1e9, 1e9, Duration.ofHours(1), false,
                        new Contract.History(2, 4, 0)),
                List.of(
                        new Contract.Output("newest", Words.same("newest"), new Unit("1"), Duration.ZERO),
                        new Contract.Output("sum", Words.same("sum"), new Unit("1"), Duration.ZERO)));
    }

    @Override
    public Contract contract() {
        return contract;
    }

    @Override
    public float[][] run(List<Window> windows) throws ModelFailed {
        if (fails) {
            throw new ModelFailed("model test: told to fail");
        }
        batches.add(windows.size());
        float[][] outputs = new float[windows.size()][];
        for (int index = 0; index < outputs.length; index++) {
            float[] values = windows.get(index).values();
            float sum = 0;
            for (float value : values) {
                sum += value;
            }
            outputs[index] = new float[] {values[values.length - contract.inputs().size()], sum};
        }
        return outputs;
    }

    @Override
    public void close() {}
}
