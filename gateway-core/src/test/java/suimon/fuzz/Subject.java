package suimon.fuzz;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Something that reads bytes from outside.
 *
 * @param name the name of its file of kept inputs
 * @param good inputs that it takes
 * @param rounds how many malformed inputs it is fed in a plain test run
 * @param ownBytes what it may allocate for an input of no bytes
 * @param bytesEach what it may allocate for each byte of an input, beyond that
 * @param repaired puts the checksums right, so that damage behind them is reached
 */
public record Subject(
        String name, List<byte[]> good, Reader reader, int rounds, long ownBytes, long bytesEach,
        UnaryOperator<byte[]> repaired) {
    public static final int ROUNDS = 100_000;

    private static final long OWN_BYTES = 1 << 20;
    private static final long BYTES_EACH = 500;
    private static final int TIMES = 3;

    /** Reads an input; anything thrown is a finding. */
    @FunctionalInterface
    public interface Reader {
        /** Whether the input was taken; false when it was refused as bad input should be. */
        boolean takes(byte[] input) throws Exception;
    }

    public Subject(String name, List<byte[]> good, Reader reader) {
        this(name, good, reader, ROUNDS, OWN_BYTES, BYTES_EACH, input -> input);
    }

    public Subject rounds(int fewer) {
        return new Subject(name, good, reader, fewer, ownBytes, bytesEach, repaired);
    }

    public Subject allocating(long own, long each) {
        return new Subject(name, good, reader, rounds, own, each, repaired);
    }

    public Subject repairing(UnaryOperator<byte[]> repairs) {
        return new Subject(name, good, reader, rounds, ownBytes, bytesEach, repairs);
    }

    /** Feeds one input; AssertionError when it costs more memory than it may, also when its classes are loaded. */
    boolean feed(byte[] input) throws Exception {
        long most = ownBytes + bytesEach * input.length;
        long cost = 0;
        for (int time = 0; time < TIMES; time++) {
            long before = Memory.allocated();
            boolean taken = reader.takes(input);
            cost = Memory.allocated() - before;
            if (cost <= most) {
                return taken;
            }
        }
        throw new AssertionError(name + " allocates " + cost + " bytes for an input of " + input.length
                + ", at most " + most + " are expected");
    }
}
