package suimon.hub;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** The hub as a gate sees it. Safe for many threads. */
public interface Reception {
    /**
     * Whether this gateway is known and proves itself. Compares in constant time.
     *
     * @param token what the gateway sent; empty when it sent none, which is enough only for a
     *     gateway that is configured without a token, on a gate that listens on loopback
     * @param shown the certificate the peer has proved to own and an authority that the gate trusts has
     *     issued; null where none was asked for
     * @param loopback whether the peer is on this machine
     */
    boolean admits(String gateway, String token, @Nullable X509Certificate shown, boolean loopback);

    /**
     * Whether it may deliver through a gate at which it has proved itself by a key that the gate holds for it; one
     * that is revoked may not.
     */
    default boolean knows(String gateway) {
        return false;
    }

    /**
     * Takes one message of a gateway that was admitted, waits until what it brought is on disk and
     * returns the answer for it. Never throws for what a message holds: that is in the answer.
     */
    byte[] receive(String gateway, byte[] message) throws InterruptedException;
}
