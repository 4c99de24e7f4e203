package suimon.pipeline;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the windows of one model instance from readings as they come: the same class for training,
 * evaluation and the running gateway, so that all three see the same numbers. For one thread.
 *
 * <p>A window is due once per interval: when every wired series has a reading at or after its end,
 * or when any of them has one that is {@link #GRACE} later (a series may have fallen silent). A late
 * reading inside the newest window makes that one due again, older ones stay as they were.
 */
public final class Windows {
    /** How long a complete interval waits for the other series, in measured time. */
    public static final Duration GRACE = Duration.ofMinutes(10);

    /** At so many waiting windows the oldest gives way to the newest. */
    public static final int DUE_MAX = 1024;

    /** A reading that claims to be measured so long after its arrival has a wrong clock. */
    private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    private final Contract contract;
    private final Set<String> wired;
    private final ZoneOffset standardTime;
    private final StepMeans[] channels;
    private final Deque<Window> due = new ArrayDeque<>();
    private long issuedStep;
    private long newest = Long.MIN_VALUE;
    private boolean isRevised;
    private long dropped;

    /**
     * Starts with no readings.
     *
     * @param wired the roles the site has a series for; the others stay masked
     * @param standardTime the offset of local standard time, for hour of day and day of year
     * @param issuedNanos windows that end at or before this are not made; Long.MIN_VALUE for all
     */
    public Windows(Contract contract, Set<String> wired, ZoneOffset standardTime, long issuedNanos) {
        this.contract = contract;
        this.wired = Set.copyOf(wired);
        this.standardTime = standardTime;
        // Twice the window, so that a silence of a window's length takes nothing from the last one.
        this.channels = contract.inputs().stream()
                .map(input -> new StepMeans(contract.stepNanos(), 2 * contract.steps()))
                .toArray(StepMeans[]::new);
        this.issuedStep = issuedNanos == Long.MIN_VALUE
                ? Long.MIN_VALUE : Math.floorDiv(issuedNanos, contract.stepNanos());
    }

    /**
     * Takes a reading.
     *
     * @param channel the input's place in the contract
     * @param value calibrated
     * @param usable false for a reading that is suspect, failed or missing; it still shows that time
     *     went on
     */
    public void observe(int channel, long measured, long received, double value, boolean usable) {
        if (measured - received > AHEAD_MAX.toNanos()) {
            return;
        }
        if (measured > newest) {
            makeDue(measured - GRACE.toNanos());
            newest = measured;
        }
        Contract.Input input = contract.inputs().get(channel);
        boolean isInside = value >= input.low() && value <= input.high();
        channels[channel].observe(measured, value, usable && isInside);
        isRevised |= Math.floorDiv(measured, contract.stepNanos()) < issuedStep;
        makeDue(completeUntil());
    }

    /** An earlier reading was regraded and is not usable any more. */
    public void remove(int channel, long measured) {
        channels[channel].remove(measured);
        isRevised |= Math.floorDiv(measured, contract.stepNanos()) < issuedStep;
    }

    /** Windows that became due since the last call, oldest first. */
    public List<Window> takeDue() {
        List<Window> taken = List.copyOf(due);
        due.clear();
        return taken;
    }

    /**
     * The newest window again where late readings may have changed it, once; null when there is
     * nothing new. It may equal the one that was made before: compare the hash.
     */
    public @Nullable Window takeRevised() {
        boolean wasRevised = isRevised;
        isRevised = false;
        boolean canRun = wasRevised && issuedStep != Long.MIN_VALUE && shortfall(issuedStep).isEmpty();
        return canRun ? window(issuedStep) : null;
    }

    /** What is still missing for the newest window, in English; empty when it can run. */
    public String shortfall() {
        return newest == Long.MIN_VALUE ? "no reading yet"
                : shortfall(Math.floorDiv(newest, contract.stepNanos()));
    }

    /** How many windows gave way to newer ones. */
    public long dropped() {
        return dropped;
    }

    /** The start of the oldest interval that a later window can still need. */
    public long neededFrom() {
        long step = contract.stepNanos();
        return newest == Long.MIN_VALUE ? Long.MIN_VALUE
                : (Math.floorDiv(newest, step) - contract.steps() - 1) * step;
    }

    private long completeUntil() {
        long until = Long.MAX_VALUE;
        for (int channel = 0; channel < channels.length; channel++) {
            if (wired.contains(contract.inputs().get(channel).role())) {
                until = Math.min(until, channels[channel].newest());
            }
        }
        return until;
    }

    /** Every window that ends at or before the moment and was not made yet. */
    private void makeDue(long moment) {
        if (newest == Long.MIN_VALUE || moment == Long.MIN_VALUE) {
            return;
        }
        long last = Math.min(Math.floorDiv(moment, contract.stepNanos()),
                Math.floorDiv(newest, contract.stepNanos()) + contract.steps());
        if (last <= issuedStep) {
            return;
        }
        long first = Math.max(issuedStep + 1, last - 2L * contract.steps() + 1);
        for (long end = first; end <= last; end++) {
            if (shortfall(end).isEmpty()) {
                if (due.size() == DUE_MAX) {
                    due.removeFirst();
                    dropped++;
                }
                due.addLast(window(end));
            }
        }
        issuedStep = Math.max(issuedStep, Math.floorDiv(moment, contract.stepNanos()));
    }

    private String shortfall(long end) {
        List<String> missing = new ArrayList<>();
        for (int channel = 0; channel < channels.length; channel++) {
            Contract.Input input = contract.inputs().get(channel);
            Contract.History history = input.history();
            int present = present(channel, end, history.within());
            if (wired.contains(input.role()) && present < history.present()) {
                missing.add(input.role() + ": " + present + " of " + history.present() + " intervals of "
                        + contract.step().toMinutes() + " min");
            } else if (wired.contains(input.role()) && history.fresh() > 0
                    && present(channel, end, history.fresh()) == 0) {
                missing.add(input.role() + ": nothing in the newest " + history.fresh() + " intervals");
            }
        }
        return missing.stream().collect(Collectors.joining("; "));
    }

    private int present(int channel, long end, int within) {
        int present = 0;
        for (long step = end - within; step < end; step++) {
            present += Double.isNaN(channels[channel].mean(step)) ? 0 : 1;
        }
        return present;
    }

    private Window window(long end) {
        int width = channels.length;
        float[] values = new float[contract.steps() * width];
        float[] mask = new float[values.length];
        for (int row = 0; row < contract.steps(); row++) {
            for (int channel = 0; channel < width; channel++) {
                double mean = channels[channel].mean(end - contract.steps() + row);
                boolean isThere = !Double.isNaN(mean);
                values[row * width + channel] = isThere ? (float) mean : 0;
                mask[row * width + channel] = isThere ? 1 : 0;
            }
        }
        long endNanos = end * contract.stepNanos();
        return new Window(endNanos, values, mask, time(endNanos));
    }

    private float[] time(long endNanos) {
        LocalDateTime local = LocalDateTime.ofEpochSecond(
                Math.floorDiv(endNanos, 1_000_000_000L), 0, standardTime);
        return new float[] {local.toLocalTime().toSecondOfDay() / 3600f, local.getDayOfYear()};
    }
}
