package suimon.store;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long entries are kept after their commit; null is as long as the quota allows. What a required
 * destination has not confirmed stays, however old it is, until the quota asks for it.
 *
 * @param readings batches and chunks, with the rejects and regrades among them
 * @param rejects shorter than readings, for rejects alone
 * @param results inferences and aggregates
 * @param rollups the statistics that charts show, at least a day
 * @param resultCursors cursors that must have passed a result before it goes
 * @param thin from the finest interval to the coarsest
 */
public record Ages(
        @Nullable Duration readings, @Nullable Duration rejects, @Nullable Duration results,
        @Nullable Duration rollups, Set<String> resultCursors, List<Thin> thin) {
    /** Nothing goes by age. */
    public static final Ages UNLIMITED = new Ages(null, null, null, null, Set.of());

    /** Sealed readings that are older are thinned, see {@link Thinner}. */
    public record Thin(Duration after, Duration interval) {}

    /** Without thinning. */
    public Ages(
            @Nullable Duration readings, @Nullable Duration rejects, @Nullable Duration results,
            @Nullable Duration rollups, Set<String> resultCursors) {
        this(readings, rejects, results, rollups, resultCursors, List.of());
    }


    public Ages {
        resultCursors = Set.copyOf(resultCursors);
        thin = List.copyOf(thin);
    }
}
