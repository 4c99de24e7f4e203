package suimon.pipeline;

import java.time.Duration;
import java.util.List;
import suimon.reading.Unit;
import suimon.reading.Words;

/**
 * What a model takes and gives. A window is {@code steps} intervals of length {@code step} on the
 * UTC grid, one channel per input, in the order of {@code inputs}; or, where {@code every} is not 0,
 * the newest {@code steps} readings of one series, and the model runs at every so many readings.
 *
 * @param step the interval's length; zero for windows of readings
 * @param steps how many intervals, or readings, a window has
 * @param every 0 for windows of intervals, else the model runs at every so many readings of a series
 * @param name the package's name, such as {@code hypoxia}
 * @param version the package's version, such as {@code 1.0.0}
 */
public record Contract(
        String name, String version, Duration step, int steps, int every, List<Input> inputs,
        List<Output> outputs) {
    /** A longer window is refused: the runtime keeps twice its length per series in memory. */
    public static final int STEPS_MAX = 10_000;

    /** A model that runs less often than this many readings is refused. */
    public static final int EVERY_MAX = 1_000_000;

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
        require(every >= 0 && every <= EVERY_MAX, "every must be 1 to " + EVERY_MAX + " readings");
        boolean hasStep = !step.isNegative() && !step.isZero();
        require(every > 0 || hasStep, "step must be longer than nothing");
        require(every == 0 || step.isZero() && inputs.size() == 1,
                "a window of readings has one input and no step");
        require(!inputs.isEmpty() && inputs.size() <= CHANNELS_MAX, "1 to 256 inputs");
        require(!outputs.isEmpty() && outputs.size() <= CHANNELS_MAX, "1 to 256 outputs");
        for (Input input : inputs) {
            History history = input.history();
            require(history.within() <= steps && history.present() <= history.within()
                            && history.fresh() <= steps && history.present() >= 0 && history.fresh() >= 0,
                    "input " + input.role() + ": history must fit into " + steps + " steps");
        }
    }

    /** The contract of a model over intervals. */
    public Contract(
            String name, String version, Duration step, int steps, List<Input> inputs, List<Output> outputs) {
        this(name, version, step, steps, 0, inputs, outputs);
    }

    /** The contract of a model over the newest readings of one series. */
    public static Contract ofReadings(
            String name, String version, int readings, int every, Input input, List<Output> outputs) {
        return new Contract(name, version, Duration.ZERO, readings, every, List.of(input), outputs);
    }

    /** Whether a window is the newest readings of one series rather than intervals of time. */
    public boolean countsReadings() {
        return every > 0;
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
