/** Tests of MQTT over real sockets. */
@NullMarked
package suimon.connector.mqtt;

import org.jspecify.annotations.NullMarked;
