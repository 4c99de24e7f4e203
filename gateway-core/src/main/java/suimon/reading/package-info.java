/**
 * The vocabulary: every value that crosses a package, and nothing that does anything.
 *
 */
@NullMarked
package suimon.reading;

import org.jspecify.annotations.NullMarked;
