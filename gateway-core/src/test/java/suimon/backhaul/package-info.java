/** Frames on the wire and how they are cut. */
@NullMarked
package suimon.backhaul;

import org.jspecify.annotations.NullMarked;
