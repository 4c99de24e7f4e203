package suimon.quality;

/** A value on its way through the tests with the one before it; used again for the next. */
final class Sample {
    double value = Double.NaN;
    long measured;
    long received;
    double before = Double.NaN;
    long measuredBefore;
    /** Metres below the surface, NaN when unknown. */
    double depth = Double.NaN;
    boolean hasValue;
    boolean hasBefore;

    void next(double nextValue, long nextMeasured, long nextReceived) {
        before = value;
        measuredBefore = measured;
        hasBefore = hasValue;
        value = nextValue;
        measured = nextMeasured;
        received = nextReceived;
        hasValue = true;
    }
}
