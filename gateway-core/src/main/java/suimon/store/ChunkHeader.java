package suimon.store;

import suimon.reading.Grade;

/**
 * What a chunk says of itself without being decoded. Statistics are of the raw values that count:
 * finite numbers whose grade is usable ({@link Grade#isUsable}), as in {@link RollupBlock}.
 *
 * @param count readings, usable or not; at least 1
 * @param timeMin the earliest measured time, nanoseconds since the epoch
 * @param timeMax the latest measured time
 * @param minimum NaN when no value counts, likewise maximum, first and last
 * @param sum 0 when no value counts; of decimals the double nearest to the exact sum
 * @param first of those that count, in the chunk's order
 * @param worst the gravest grade, see {@link Grade#worse}
 * @param usable how many readings count
 */
public record ChunkHeader(
        int count, long timeMin, long timeMax, double minimum, double maximum, double sum,
        double first, double last, Grade worst, int usable) {}
