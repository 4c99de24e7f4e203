/**
 * The backhaul over HTTPS: a link that posts frames, and the gate of a hub that takes them.
 *
 * <p>Client and server of the JDK, nothing else. Plain http is for loopback only. Start with
 * {@link suimon.connector.http.HttpsLink} and {@link suimon.connector.http.HttpsGate}.
 */
@NullMarked
package suimon.connector.http;

import org.jspecify.annotations.NullMarked;
