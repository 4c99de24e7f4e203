@NullMarked
package suimon.quality;

import org.jspecify.annotations.NullMarked;
