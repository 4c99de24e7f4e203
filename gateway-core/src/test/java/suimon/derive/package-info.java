@NullMarked
package suimon.derive;

import org.jspecify.annotations.NullMarked;
