/**
 * The backhaul over HTTPS, a link that posts frames and the gate of a hub that takes them; and a
 * source to which devices post readings.
 *
 * <p>Client and server of the JDK, nothing else. Plain http is for loopback only. Start with
 * {@link suimon.connector.http.HttpsLink}, {@link suimon.connector.http.HttpsGate} and
 * {@link suimon.connector.http.HttpPostSource}.
 */
@NullMarked
package suimon.connector.http;

import org.jspecify.annotations.NullMarked;
