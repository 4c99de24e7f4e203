/**
 * MQTT in both directions: the built-in listener, a client for a broker, and the backhaul's pair.
 *
 * <p>The listener is no general broker: it takes readings in, and lets others subscribe below
 * {@code suimon/} only. Start with {@link suimon.connector.mqtt.MqttListener}.
 */
@NullMarked
package suimon.connector.mqtt;

import org.jspecify.annotations.NullMarked;
