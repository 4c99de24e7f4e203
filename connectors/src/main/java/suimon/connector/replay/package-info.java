/**
 * Plays CSV files as if their rows came from sensors now: for demonstrations, tests and backfill.
 *
 * <p>It reads files and nothing else; where it got to is kept with the data. Start with
 * {@link suimon.connector.replay.ReplaySource}.
 */
@NullMarked
package suimon.connector.replay;

import org.jspecify.annotations.NullMarked;
