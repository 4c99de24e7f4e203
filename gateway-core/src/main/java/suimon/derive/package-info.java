/**
 * Series that are computed from others, each by an equation that was published and with the values
 * that its authors give to check it. Pure: it knows no clock, no thread and no store.
 *
 * <p>Start with {@link suimon.derive.Equations}.
 */
@NullMarked
package suimon.derive;

import org.jspecify.annotations.NullMarked;
