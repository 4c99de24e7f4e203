/**
 * From the log to a hub: lanes by urgency, numbered frames, confirmations.
 *
 * <p>Holds the port {@link suimon.backhaul.Link} and knows no transport. It never changes an entry
 * and never decides what is measured; what it may not send it counts. Start with
 * {@link suimon.backhaul.Uplink}; the wire format is in {@code docs/frames.md}.
 */
@NullMarked
package suimon.backhaul;

import org.jspecify.annotations.NullMarked;
