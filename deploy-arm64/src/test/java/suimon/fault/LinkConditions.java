package suimon.fault;

/**
 * How one direction of an emulated link is now.
 *
 * @param delayMillis one way
 * @param jitterMillis standard deviation of the delay; packets overtake each other by it
 * @param loss probability that a packet is lost, 0 to 1
 * @param doubled probability that a packet comes twice
 * @param kilobits per second that fit through
 * @param queueSeconds what does not fit waits so long at most, then it is dropped
 */
record LinkConditions(
        double delayMillis, double jitterMillis, double loss, double doubled, double kilobits, double queueSeconds) {
    static final LinkConditions FIBRE = new LinkConditions(5, 0, 0, 0, 100_000, 2);
    static final LinkConditions LEO = new LinkConditions(25, 3, 0.005, 0, 8_000, 2);
    /** 600 ms there and back, 256 kbit/s. */
    static final LinkConditions GEO = new LinkConditions(300, 0, 0.01, 0, 256, 2);
    static final LinkConditions SILENT = new LinkConditions(0, 0, 1, 0, 100_000, 2);

    LinkConditions loss(double probability) {
        return new LinkConditions(delayMillis, jitterMillis, probability, doubled, kilobits, queueSeconds);
    }

    LinkConditions jitter(double millis) {
        return new LinkConditions(delayMillis, millis, loss, doubled, kilobits, queueSeconds);
    }

    LinkConditions doubled(double probability) {
        return new LinkConditions(delayMillis, jitterMillis, loss, probability, kilobits, queueSeconds);
    }
}
