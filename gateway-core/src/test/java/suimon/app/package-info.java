/** Tests of what puts the gateway together. */
@NullMarked
package suimon.app;

import org.jspecify.annotations.NullMarked;
