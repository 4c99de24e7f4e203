/**
 * How far a value can be trusted: the tests of QARTOD with the semantics of ioos_qc, each in two
 * forms, as values come ({@link suimon.quality.SeriesGrader}) and over a whole stretch
 * ({@link suimon.quality.Qartod}, {@link suimon.quality.StretchGrader}); the second decides.
 *
 * <p>Pure: it knows no clock, no thread and no store.
 */
@NullMarked
package suimon.quality;

import org.jspecify.annotations.NullMarked;
