/** What a data team gets is complete, and nothing comes twice. */
@NullMarked
package suimon.dataset;

import org.jspecify.annotations.NullMarked;
