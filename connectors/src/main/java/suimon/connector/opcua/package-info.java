/**
 * Readings from OPC UA servers: subscriptions, history after a break, and a trust store on disk.
 *
 * <p>Built on Eclipse Milo, whose callbacks only enqueue here. It writes nothing to a server. Start with
 * {@link suimon.connector.opcua.OpcUaSource}.
 */
@NullMarked
package suimon.connector.opcua;

import org.jspecify.annotations.NullMarked;
