/**
 * The one log on disk and everything derived from it: cursors, books, series numbers, rollups.
 *
 * <p>One thread writes, readers have their own connections. It decides nothing about values: what
 * it is given it keeps. Start with {@link suimon.store.Log}.
 */
@NullMarked
package suimon.store;

import org.jspecify.annotations.NullMarked;
