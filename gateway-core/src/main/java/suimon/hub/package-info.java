/**
 * The far end: takes the frames of many gateways, commits them and confirms.
 *
 * <p>One folder and one log per gateway, with the same books as at the gateway. Holds the ports
 * {@link suimon.hub.Gate} and {@link suimon.hub.Sink}; knows no transport. Start with
 * {@link suimon.hub.Hub}.
 */
@NullMarked
package suimon.hub;

import org.jspecify.annotations.NullMarked;
