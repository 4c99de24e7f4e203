package suimon.connector.datagram;

/** What has gone over a port both ways: messages of the uplink, and the datagrams they were cut into. */
record Tally(long messagesOut, long datagramsOut, long bytesOut, long messagesIn, long datagramsIn, long bytesIn) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0);

    Tally sent(int datagrams, long bytes) {
        return new Tally(messagesOut + 1, datagramsOut + datagrams, bytesOut + bytes, messagesIn, datagramsIn, bytesIn);
    }

    /** @param messages that it completed, 0 or 1 */
    Tally received(int messages, long bytes) {
        return new Tally(messagesOut, datagramsOut, bytesOut, messagesIn + messages, datagramsIn + 1, bytesIn + bytes);
    }

    Tally and(Tally other) {
        return new Tally(messagesOut + other.messagesOut, datagramsOut + other.datagramsOut, bytesOut + other.bytesOut,
                messagesIn + other.messagesIn, datagramsIn + other.datagramsIn, bytesIn + other.bytesIn);
    }

    @Override
    public String toString() {
        return "sent " + messagesOut + " messages as " + datagramsOut + " datagrams of " + bytesOut
                + " bytes in all, received " + messagesIn + " as " + datagramsIn + " of " + bytesIn;
    }
}
