/** Tests of the backhaul over HTTPS, on real sockets. */
@NullMarked
package suimon.connector.http;

import org.jspecify.annotations.NullMarked;
