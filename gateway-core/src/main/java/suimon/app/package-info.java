/**
 * The {@code suimon} command line, wiring, supervision and threads.
 */
@NullMarked
package suimon.app;

import org.jspecify.annotations.NullMarked;
