/**
 * What leaves the gateway as a data set: readings with their grades, units and times as CSV.
 *
 * <p>It reads the log and changes nothing; it doesn't compress and doesn't speak HTTP. Start with
 * {@link suimon.dataset.CsvExport}.
 */
@NullMarked
package suimon.dataset;

import org.jspecify.annotations.NullMarked;
