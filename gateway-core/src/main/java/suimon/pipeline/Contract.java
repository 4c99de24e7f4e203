package suimon.pipeline;

import java.time.Duration;
import java.util.List;
import suimon.reading.Unit;
import suimon.reading.Words;

/**
 * What a model takes and gives. A window is {@code steps} intervals of length {@code step} on the
 * UTC grid, one channel per input, in the order of {@code inputs}.
 *
 * @param name the package's name, such as {@code hypoxia}
 * @param version the package's version, such as {@code 1.0.0}
 */
public record Contract(
        String name, String version, Duration step, int steps, List<Input> inputs, List<Output> outputs) {
    /** A longer window is refused: the runtime keeps twice its length per series in memory. */
    public static final int STEPS_MAX = 10_000;

    /** More inputs or outputs than these are refused. */
    public static final int CHANNELS_MAX = 256;

    /**
     * One channel.
     *
     * @param role what a site maps a series to, such as {@code dissolvedOxygen}
     * @param unit UCUM; the site's series must have the same
     * @param low values below it are taken as missing; likewise above {@code high}
     * @param every the longest period at which a series may be measured
     * @param optional a site may leave it out; the channel is then masked throughout
     */
    public record Input(
            String role, Words title, Unit unit, double low, double high, Duration every, boolean optional,
            History history) {}

    /**
     * What must be there before the model runs.
     *
     * @param present so many steps with a value among the newest {@code within}
     * @param fresh at least one value among so many newest steps; 0 when that does not matter
     */
    public record History(int present, int within, int fresh) {}

    /**
     * One value per window.
     *
     * @param name the series is called prefix/name
     * @param lead the valid time is the window's end and this
     */
    public record Output(String name, Words title, Unit unit, Duration lead) {}

    public Contract {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        require(steps >= 1 && steps <= STEPS_MAX, "steps must be 1 to " + STEPS_MAX + ", not " + steps);
        require(!step.isNegative() && !step.isZero(), "step must be longer than nothing");
        require(!inputs.isEmpty() && inputs.size() <= CHANNELS_MAX, "1 to 256 inputs");
        require(!outputs.isEmpty() && outputs.size() <= CHANNELS_MAX, "1 to 256 outputs");
        for (Input input : inputs) {
            History history = input.history();
            require(history.within() <= steps && history.present() <= history.within()
                            && history.fresh() <= steps && history.present() >= 0 && history.fresh() >= 0,
                    "input " + input.role() + ": history must fit into " + steps + " steps");
        }
    }

    /** Name and version, as every inference names it. */
    public String identity() {
        return name + " " + version;
    }

    public long stepNanos() {
        return step.toNanos();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
