package suimon.connector.datagram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;

/**
 * The numbers of datagrams to and from one far end, kept in a file. None is ever sent twice: they are reserved on
 * disk before they are used, and whatever was reserved counts as used at the next start. None is ever taken twice: of
 * those up to the newest, the last {@value #WINDOW} are remembered one by one and older ones are refused; after a
 * start all up to the newest that was taken.
 *
 * <p>Each start also jumps to what the clock says, 256 per second since 2026, so that a box whose file is gone or was
 * put back to an older copy doesn't repeat itself either. Safe for many threads.
 */
final class Counters implements AutoCloseable {
    static final int WINDOW = 1024;
    /** Numbers that a kill wastes at most, but for those of one message. */
    static final int AHEAD = 1024;

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PER_SECOND = 256;
    private static final int FILE_BYTES = 2 * Long.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final long[] seen = new long[WINDOW / Long.SIZE];
    private long next;
    private long reserved;
    private long newest;

    private Counters(Path file, FileChannel channel, long next, long newest) {
        this.file = file;
        this.channel = channel;
        this.next = next;
        this.reserved = next;
        this.newest = newest;
        java.util.Arrays.fill(seen, -1);
    }

    /** Goes on behind what was kept; IOException where no number is known to be new. */
    static Counters open(Path file, Clock clock) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            ByteBuffer kept = ByteBuffer.allocate(FILE_BYTES);
            boolean isKept = channel.read(kept, 0) == FILE_BYTES;
            long byClock = Math.max(0, clock.instant().getEpochSecond() - EPOCH.getEpochSecond()) * PER_SECOND;
            long sent = isKept ? kept.getLong(0) : 0;
            long taken = isKept ? kept.getLong(Long.BYTES) : 0;
            if (sent < 0 || sent >= Envelope.COUNTER_END || taken < 0 || taken >= Envelope.COUNTER_END) {
                throw new IOException(file + " is damaged; give this gateway a new key here and at the hub");
            }
            if (byClock == 0 && !isKept) {
                throw new IOException("the clock says " + clock.instant() + " and " + file
                        + " is new, so that no number is known to be unused; set the clock");
            }
            return new Counters(file, channel, Math.max(1, Math.max(sent, byClock)), taken);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** The first of so many consecutive numbers that were never used. */
    synchronized long take(int count) throws IOException {
        long first = next;
        if (first + count + AHEAD >= Envelope.COUNTER_END) {
            throw new IOException(file + ": all numbers are used; give this gateway a new key here and at the hub");
        }
        if (first + count > reserved) {
            write(ByteBuffer.allocate(FILE_BYTES).putLong(first + count + AHEAD).putLong(newest), 0);
            channel.force(false);
            reserved = first + count + AHEAD;
        }
        next = first + count;
        return first;
    }

    /** Whether a number of the far end has not been taken before and is not too old to tell; takes it. */
    synchronized boolean accept(long number) throws IOException {
        if (number > newest) {
            for (long passed = Math.max(newest, number - WINDOW) + 1; passed <= number; passed++) {
                seen[word(passed)] &= ~bit(passed);
            }
            newest = number;
            // Not forced: a power cut lets at most the last seconds be replayed, which the hub has by their numbers.
            write(ByteBuffer.allocate(Long.BYTES).putLong(newest), Long.BYTES);
        } else if (number <= newest - WINDOW || (seen[word(number)] & bit(number)) != 0) {
            return false;
        }
        seen[word(number)] |= bit(number);
        return true;
    }

    /** The highest number taken so far. */
    synchronized long newest() {
        return newest;
    }

    private static int word(long number) {
        return (int) (number % WINDOW) / Long.SIZE;
    }

    private static long bit(long number) {
        return 1L << number;
    }

    private void write(ByteBuffer filled, int at) throws IOException {
        channel.write(filled.flip(), at);
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
