package suimon.backhaul;

import java.time.Duration;

/** What is measured of one way since the start. For the uplink's thread only. */
final class WayFigures {
    /** RFC 6298: a new round trip counts an eighth. */
    private static final double WEIGHT = 0.125;
    /** Smaller frames say more of the round trip than of the rate. */
    private static final int RATE_BYTES_MIN = 1_000;

    private double roundTripNanos;
    private double bytesPerSecond;
    private long sentBytes;
    private long messages;
    private long resent;
    private Duration lastTook = Duration.ZERO;

    void sent(int bytes) {
        sentBytes += bytes;
        messages++;
    }

    /** Frames that must go again, since nobody confirmed them. */
    void resent(int frames) {
        resent += frames;
    }

    void roundTrip(Duration took) {
        roundTripNanos = smooth(roundTripNanos, took.toNanos());
    }

    /** A frame of that size was confirmed. */
    void confirmed(Duration took, long bytes) {
        lastTook = took;
        if (bytes < RATE_BYTES_MIN) {
            roundTrip(took);
        } else if (!took.isZero()) {
            bytesPerSecond = smooth(bytesPerSecond, bytes * 1e9 / took.toNanos());
        }
    }

    private static double smooth(double known, double next) {
        return known == 0 ? next : known + WEIGHT * (next - known);
    }

    /** Zero before the first. */
    Duration smoothRoundTrip() {
        return Duration.ofNanos((long) roundTripNanos);
    }

    /** How fast large frames are confirmed, the wait for the hub included; 0 before the first. */
    double bytesPerSecond() {
        return bytesPerSecond;
    }

    /** How long the last confirmation took; zero before the first. */
    Duration lastTook() {
        return lastTook;
    }

    long sentBytes() {
        return sentBytes;
    }

    long messages() {
        return messages;
    }

    long resent() {
        return resent;
    }
}
