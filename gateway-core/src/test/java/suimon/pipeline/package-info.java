/** Tests of the way from a delivery to a committed reading. */
@NullMarked
package suimon.pipeline;

import org.jspecify.annotations.NullMarked;
