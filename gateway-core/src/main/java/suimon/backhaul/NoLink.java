package suimon.backhaul;

/** In place of a link that can't be made as it is configured: the uplink says why, and keeps its data. */
public record NoLink(String why) implements Link {
    @Override
    public void send(byte[] message) throws LinkDown {
        throw new LinkDown(why);
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}
}
