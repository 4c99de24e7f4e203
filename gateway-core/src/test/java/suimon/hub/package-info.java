/** Gateway and hub together, over links that fail in every way. */
@NullMarked
package suimon.hub;

import org.jspecify.annotations.NullMarked;
