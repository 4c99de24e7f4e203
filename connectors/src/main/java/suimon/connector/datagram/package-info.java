/**
 * The backhaul without any connection: messages cut into short authenticated datagrams, over UDP or a satellite
 * modem's driver. Start with {@link suimon.connector.datagram.Channel}.
 */
@NullMarked
package suimon.connector.datagram;

import org.jspecify.annotations.NullMarked;
