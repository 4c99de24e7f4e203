package suimon.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Seeded damage to good inputs. */
final class Damage {
    private static final int CHANGES_MAX = 4;
    private static final int REPEATS_MAX = 200;
    private static final byte[][] REMARKABLE = {
        {0, 0, 0, 0}, {-1, -1, -1, -1}, {0x7f, -1, -1, -1}, {-1, -1, -1, 0x7f}, {-128, 0, 0, 0}, {0, 0, 0, -128},
        {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, {-128, -128, -128, -128, -128, -128, -128, -128, -128, 1},
        "1e999999999".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "-0".getBytes(java.nio.charset.StandardCharsets.US_ASCII)};

    private final List<byte[]> seeds;
    private final Random random;

    Damage(List<byte[]> seeds, long seed) {
        this.seeds = seeds;
        random = new Random(seed);
    }

    byte[] next() {
        byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
        for (int count = random.nextInt(CHANGES_MAX); count >= 0; count--) {
            input = changed(input, input.length == 0 ? 0 : random.nextInt(input.length));
        }
        return input;
    }

    private byte[] changed(byte[] input, int at) {
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(input, at);
            case 1 -> joined(input, at, new byte[] {(byte) random.nextInt()}, at);
            case 2 -> joined(input, at, repeated(input, at), at);
            case 3 -> joined(input, at, REMARKABLE[random.nextInt(REMARKABLE.length)],
                    Math.min(input.length, at + random.nextInt(9)));
            case 4 -> joined(input, at, new byte[0], Math.min(input.length, at + 1 + random.nextInt(8)));
            case 5 -> spliced(input, at);
            default -> flipped(input, at);
        };
    }

    /** One byte many times: deep nesting where it opens something. */
    private byte[] repeated(byte[] input, int at) {
        byte[] many = new byte[random.nextInt(REPEATS_MAX)];
        Arrays.fill(many, input.length == 0 ? (byte) '[' : input[at]);
        return many;
    }

    private byte[] spliced(byte[] input, int at) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return joined(input, at, Arrays.copyOfRange(other, from, other.length), input.length);
    }

    private byte[] flipped(byte[] input, int at) {
        if (input.length > 0) {
            input[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (input[at] ^ 1 << random.nextInt(8));
        }
        return input;
    }

    /** The input before one place, the middle, the input from another place on. */
    private static byte[] joined(byte[] input, int until, byte[] middle, int goesOn) {
        byte[] whole = Arrays.copyOf(input, until + middle.length + input.length - goesOn);
        System.arraycopy(middle, 0, whole, until, middle.length);
        System.arraycopy(input, goesOn, whole, until + middle.length, input.length - goesOn);
        return whole;
    }
}
