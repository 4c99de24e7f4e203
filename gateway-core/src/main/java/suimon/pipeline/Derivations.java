package suimon.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.DerivedConfig;
import suimon.config.Formula;
import suimon.config.SeriesConfig;
import suimon.derive.Equations;
import suimon.reading.Calibration;
import suimon.reading.Grade;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * Computes the derived series. A reading of a formula's first quantity makes a result at its time,
 * with the readings of the others that are nearest in time; where those are not there yet it waits.
 * A result is as good as the worst that went into it. Used by the ingest thread.
 */
final class Derivations {
    /** So many of the newest readings of each further quantity are remembered; older are forgotten. */
    static final int RECENT_MAX = 64;
    /** So many readings wait for others at a series; the oldest goes without a result. */
    static final int WAITING_MAX = 64;

    /** OPC UA's UncertainSubNormal: derived from sources not all of which are good. */
    private static final int UNCERTAIN_SUB_NORMAL = 0x40950000;
    /** OPC UA's Bad. */
    private static final int BAD = 0x80000000;
    private static final double UNSCALED_MAX = 1L << 53;

    private final Map<String, List<Input>> inputs = new HashMap<>();
    private final List<Derived> all = new ArrayList<>();

    /** Takes results, as raw values in the formula's unit. */
    interface Sink {
        /** @param status an OPC UA StatusCode that tells what the result is worth */
        void derived(String series, Value value, long measured, long received, int status, TimeOrigin origin);
    }

    private record Due(double value, long measured, long received, Grade grade, TimeOrigin origin) {}

    /** One quantity of one formula, read from a series. */
    private record Input(Derived of, int role, Calibration conversion) {}

    Derivations(Map<String, SeriesConfig> configs) {
        configs.forEach((name, series) -> {
            if (series.derived() != null) {
                all.add(derived(name, series.derived(), configs));
            }
        });
    }

    private Derived derived(String name, DerivedConfig config, Map<String, SeriesConfig> configs) {
        Derived derived = new Derived(name, config);
        List<Formula.Role> roles = config.formula().roles();
        for (int role = 0; role < roles.size(); role++) {
            String from = config.from().get(roles.get(role).name());
            SeriesConfig series = from == null ? null : configs.get(from);
            if (from != null && series != null) {
                if (role > 0) {
                    derived.recents[role] = new Recent();
                }
                Calibration conversion = roles.get(role).from(series.unit()).orElse(Calibration.NONE);
                inputs.computeIfAbsent(from, any -> new ArrayList<>()).add(new Input(derived, role, conversion));
            }
        }
        return derived;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A calibrated reading that may go into results. */
    void observe(
            String series, double value, long measured, long received, Grade grade, TimeOrigin origin) {
        List<Input> into = inputs.get(series);
        if (into == null || !Double.isFinite(value)) {
            return;
        }
        for (Input input : into) {
            double converted = input.conversion.apply(value);
            if (input.role == 0) {
                input.of.wait(new Due(converted, measured, received, grade, origin));
            } else {
                input.of.remember(input.role, converted, measured, grade);
            }
        }
    }

    /** The series whose results have the time of that series' readings. */
    List<String> ledBy(String series) {
        List<Input> into = inputs.getOrDefault(series, List.of());
        return into.stream().filter(input -> input.role == 0).map(input -> input.of.name).toList();
    }

    /** Hands out the results that have become possible, and those that they make possible. */
    void compute(Sink sink) {
        boolean isMore = true;
        // A circle is refused at the start, so that this ends.
        while (isMore) {
            isMore = false;
            for (Derived derived : all) {
                isMore |= derived.compute(sink);
            }
        }
    }

    /** One derived series. */
    private static final class Derived {
        private final String name;
        private final Formula formula;
        private final long within;
        private final double[] in;
        private final @Nullable Recent[] recents;
        private final Deque<Due> waiting = new ArrayDeque<>();
        private boolean isFresh;
        private Grade worst = Grade.GOOD;

        Derived(String name, DerivedConfig config) {
            this.name = name;
            formula = config.formula();
            within = config.within().toNanos();
            in = new double[formula.roles().size()];
            recents = new @Nullable Recent[in.length];
            for (int role = 0; role < in.length; role++) {
                Formula.Role each = formula.roles().get(role);
                Double given = config.given().getOrDefault(each.name(), each.otherwise());
                in[role] = given == null ? Double.NaN : given;
            }
        }

        void wait(Due due) {
            if (waiting.size() == WAITING_MAX) {
                waiting.removeFirst();
            }
            waiting.addLast(due);
            isFresh = true;
        }

        void remember(int role, double value, long measured, Grade grade) {
            Recent recent = recents[role];
            if (recent != null) {
                recent.add(value, measured, grade);
            }
            isFresh = true;
        }

        boolean compute(Sink sink) {
            if (!isFresh) {
                return false;
            }
            isFresh = false;
            List<Due> ready = new ArrayList<>();
            waiting.removeIf(due -> isReady(due) && ready.add(due));
            boolean isAny = false;
            for (Due due : ready) {
                isAny |= compute(due, sink);
            }
            return isAny;
        }

        private boolean isReady(Due due) {
            for (Recent recent : recents) {
                if (recent != null && recent.nearest(due.measured, within) < 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean compute(Due due, Sink sink) {
            worst = due.grade;
            in[0] = due.value;
            for (int role = 1; role < in.length; role++) {
                Recent recent = recents[role];
                if (recent != null) {
                    int row = recent.nearest(due.measured, within);
                    in[role] = recent.values[row];
                    worst = worst.worse(recent.grades[row]);
                }
            }
            double result = Math.rint(Equations.compute(formula, in) * Math.pow(10, formula.decimals()));
            if (!(Math.abs(result) < UNSCALED_MAX)) {
                return false;
            }
            int status = worst.isUsable() ? 0 : worst == Grade.SUSPECT ? UNCERTAIN_SUB_NORMAL : BAD;
            sink.derived(name, new Value.Decimal((long) result, formula.decimals()),
                    due.measured, due.received, status, due.origin);
            return true;
        }
    }

    /** The newest readings of a quantity in a ring. */
    private static final class Recent {
        private final double[] values = new double[RECENT_MAX];
        private final long[] times = new long[RECENT_MAX];
        private final Grade[] grades = new Grade[RECENT_MAX];
        private int size;
        private int next;

        void add(double value, long measured, Grade grade) {
            values[next] = value;
            times[next] = measured;
            grades[next] = grade;
            next = (next + 1) % RECENT_MAX;
            size = Math.min(size + 1, RECENT_MAX);
        }

        /** The row nearest in time, the later-come one of two; -1 when none is near enough. */
        int nearest(long measured, long within) {
            int best = -1;
            long least = within;
            for (int back = 1; back <= size; back++) {
                int row = Math.floorMod(next - back, RECENT_MAX);
                long apart = Math.abs(times[row] - measured);
                if (apart <= within && (best < 0 || apart < least)) {
                    best = row;
                    least = apart;
                }
            }
            return best;
        }
    }
}
