package suimon.connector.simulator;

import java.time.Instant;
import java.util.SplittableRandom;

/** Measuring noise that depends on seed, channel and second alone, so that a run can be repeated. */
record Noise(long seed) {
    /** A normally distributed number with mean 0 and this standard deviation. */
    double at(String channel, Instant time, double deviation) {
        long mixed = seed * 0x9E3779B97F4A7C15L ^ channel.hashCode() * 31L ^ time.getEpochSecond();
        return new SplittableRandom(mixed).nextGaussian() * deviation;
    }
}
