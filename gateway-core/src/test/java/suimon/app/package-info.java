@NullMarked
package suimon.app;

import org.jspecify.annotations.NullMarked;
