package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk stops acknowledgements and nothing else; when there is room again the log goes on. */
final class DiskFullTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(1);

    @TempDir
    Path scratch;

    @Test
    void nothingIsAcknowledgedWhileTheDiskIsFullAndNothingIsLost() throws Exception {
        Path folder = scratch.resolve("log");
        Path full = scratch.resolve("full");
        PowerCut disk = PowerCut.between(folder, scratch.resolve("report"), 1, 0, 0)
                .with("POWERCUT_FULL", full.toString());
        AtomicLong acknowledged = new AtomicLong();
        Map<Long, Long> sequences = new HashMap<>();
        try (Child child = Child.of(LogSubject.class).arguments(folder, "full")
                .environment(disk.environment()).now(line -> note(line, acknowledged))) {
            for (int round = 0; round < 5; round++) {
                awaitBeyond(child, acknowledged, acknowledged.get() + 200);
                Files.createFile(full);
                awaitQuiet(child, acknowledged);
                Files.delete(full);
            }
            awaitBeyond(child, acknowledged, acknowledged.get() + 200);
            child.kill();
            child.lines().forEach(line -> noteSequence(line, sequences));
        }

        List<Long> found = Contents.of(folder, scratch.resolve("copy")).batchSequences();
        assertThat(sequences).hasSizeGreaterThan(1_000);
        assertThat(new HashSet<>(found)).containsAll(sequences.values());
    }

    private static void note(String line, AtomicLong acknowledged) {
        if (line.startsWith("acknowledged ")) {
            acknowledged.incrementAndGet();
        }
    }

    private static void noteSequence(String line, Map<Long, Long> sequences) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[0].equals("acknowledged")) {
            sequences.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    private static void awaitBeyond(Child child, AtomicLong acknowledged, long count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.get() < count) {
            assertThat(child.isAlive() && System.nanoTime() < end)
                    .as("%d of %d acknowledged%n%s", acknowledged.get(), count, tail(child)).isTrue();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The write-ahead log has room for a while: full is when no acknowledgement comes any more. */
    private static void awaitQuiet(Child child, AtomicLong acknowledged) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long last = acknowledged.get();
        for (long since = System.nanoTime(); System.nanoTime() - since < QUIET.toNanos();) {
            assertThat(child.isAlive() && System.nanoTime() < end).as(tail(child)).isTrue();
            LockSupport.parkNanos(10_000_000);
            if (acknowledged.get() != last) {
                last = acknowledged.get();
                since = System.nanoTime();
            }
        }
    }

    private static String tail(Child child) {
        List<String> lines = child.lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
