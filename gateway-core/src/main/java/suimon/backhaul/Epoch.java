package suimon.backhaul;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** The random name of one history of frames between a gateway and a hub; never 0. */
public record Epoch(long bits) {
    public Epoch {
        if (bits == 0) {
            throw new IllegalArgumentException("an epoch is never 0");
        }
    }

    static Epoch random(RandomGenerator random) {
        long bits = 0;
        while (bits == 0) {
            bits = random.nextLong();
        }
        return new Epoch(bits);
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(Long.BYTES).putLong(bits).array();
    }

    static Epoch ofBytes(byte[] bytes) throws Malformed {
        if (bytes.length != Long.BYTES || ByteBuffer.wrap(bytes).getLong() == 0) {
            throw new Malformed("an epoch of " + bytes.length + " bytes, expected 8, not all 0");
        }
        return new Epoch(ByteBuffer.wrap(bytes).getLong());
    }

    @Override
    public String toString() {
        return "%016x".formatted(bits);
    }
}
