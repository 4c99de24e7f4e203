/** What a data team gets: every reading once, exactly as stored. */
@NullMarked
package suimon.dataset;

import org.jspecify.annotations.NullMarked;
