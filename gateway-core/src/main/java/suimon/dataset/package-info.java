/**
 * The log for data teams: readings as CSV, complete, graded, in units, resumable by sequence.
 *
 * <p>Reads only; knows no HTTP. Start with {@link suimon.dataset.Dataset}.
 */
@NullMarked
package suimon.dataset;

import org.jspecify.annotations.NullMarked;
