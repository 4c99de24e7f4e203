/** What the log promises: nothing lost, nothing twice, nothing changed. */
@NullMarked
package suimon.store;

import org.jspecify.annotations.NullMarked;
