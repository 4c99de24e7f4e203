@NullMarked
package suimon.reading;

import org.jspecify.annotations.NullMarked;
