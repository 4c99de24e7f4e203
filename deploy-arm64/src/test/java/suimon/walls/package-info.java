/** Tests that keep the house as ARCHITECTURE.md draws it. */
@NullMarked
package suimon.walls;

import org.jspecify.annotations.NullMarked;
