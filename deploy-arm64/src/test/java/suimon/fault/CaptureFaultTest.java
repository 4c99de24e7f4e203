package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.CaptureShelf;
import suimon.store.Log;
import suimon.store.StoreFailed;
import suimon.store.StoredCapture;

/**
 * kill -9 and power cuts while recordings arrive and the oldest go: what was acknowledged and not
 * removed is there, bit for bit, no file is left without its row, and the book balances.
 */
final class CaptureFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 6;
    private static final int ROUNDS_LONG = 100;
    private static final int CANARY_ROUNDS_MAX = 10;
    private static final int EVENTS_MAX = 2_000;

    @TempDir
    Path scratch;

    private long acknowledged;

    @Test
    void acknowledgedCapturesSurvive() throws Exception {
        run(1, ROUNDS);
    }

    @Test
    @Tag("long")
    void acknowledgedCapturesSurviveManyTimes() throws Exception {
        run(1_001, 1_000 + ROUNDS_LONG);
    }

    /** The canary: were a sync missing, the same cuts would show it. */
    @Test
    void onADiskThatIgnoresSyncsTheSameCutsDoDamageThatIsNoticed() throws Exception {
        boolean isLost = false;
        for (int seed = 1; seed <= CANARY_ROUNDS_MAX && !isLost; seed++) {
            acknowledged = 0;
            Path folder = scratch.resolve("lying" + seed);
            cut(folder, seed, Map.of("POWERCUT_LYING", "1")).forEach(this::note);
            try {
                check(Copies.of(folder, scratch.resolve("lying-copy" + seed)), "lying seed=" + seed);
            } catch (AssertionError | StoreFailed | IOException lost) {
                isLost = acknowledged > 0;
            }
        }

        assertThat(isLost).isTrue();
    }

    private void run(int firstSeed, int lastSeed) throws Exception {
        Path folder = scratch.resolve("site");
        for (int seed = firstSeed; seed <= lastSeed; seed++) {
            List<String> said = seed % 2 == 1 ? cut(folder, seed, Map.of()) : kill(folder, new Random(seed));
            said.forEach(this::note);
            check(Copies.of(folder, scratch.resolve("copy" + seed)), "seed=" + seed + " acknowledged=" + acknowledged
                    + "\n" + String.join("\n", said.subList(Math.max(0, said.size() - 20), said.size())));
        }
        assertThat(acknowledged).isPositive();
    }

    private List<String> cut(Path folder, int seed, Map<String, String> more) throws Exception {
        PowerCut cut = PowerCut.between(folder, scratch.resolve(seed + ".report"), seed, 1, EVENTS_MAX);
        for (Map.Entry<String, String> setting : more.entrySet()) {
            cut = cut.with(setting.getKey(), setting.getValue());
        }
        try (Child child = start(folder, cut.environment())) {
            child.awaitEnd(PATIENCE);
            assertThat(cut.hasHappened()).as("seed=%d%n%s%n%s", seed, cut.reportLines(), child.output()).isTrue();
            return child.lines();
        }
    }

    private static List<String> kill(Path folder, Random random) throws Exception {
        Files.createDirectories(folder);
        int wanted = 50 + random.nextInt(200);
        try (Child child = start(folder, Map.of())) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (child.lines().size() < wanted) {
                assertThat(child.isAlive() && System.nanoTime() < end).as(child.output()).isTrue();
                LockSupport.parkNanos(5_000_000);
            }
            child.kill();
            return child.lines();
        }
    }

    private static Child start(Path folder, Map<String, String> environment) throws IOException {
        return Child.of(CaptureSubject.class).arguments(folder).options("-Xmx96m").environment(environment).now();
    }

    private void note(String line) {
        if (line.startsWith("acknowledged ")) {
            acknowledged = Math.max(acknowledged, Long.parseLong(line.substring("acknowledged ".length())));
        }
    }

    private void check(Path copy, String description) throws Exception {
        try (Log log = Log.open(CaptureSubject.settings(copy), System::nanoTime)) {
            CaptureShelf shelf = CaptureShelf.open(log, copy, CaptureSubject.LIMITS);
            long newest = LogSubject.newest(log);
            assertThat(newest).as(description).isGreaterThanOrEqualTo(acknowledged);
            assertThat(log.kept("store")).as(description + ": taken for damage").isEmpty();
            Set<String> names = new HashSet<>();
            long expected = newest;
            for (StoredCapture row : shelf.newest(Long.MAX_VALUE, CaptureShelf.CAPTURES_MAX, any -> true)) {
                assertThat(row.number()).as(description).isEqualTo(expected--);
                assertThat(shelf.file(row)).as(description).hasBinaryContent(CaptureSubject.wav(row.number()));
                names.add(row.capture().sha256());
            }
            assertThat(names.isEmpty()).as(description).isEqualTo(newest == 0);
            long removed = shelf.book().removed();
            assertThat(expected).as(description).isEqualTo(removed);
            assertThat(shelf.book().lost()).as(description).isZero();
            assertThat(shelf.book().balances(names.size())).as(description + shelf.book()).isTrue();
            assertThat(filesIn(copy.resolve("captures"))).as(description).isEqualTo(names);
        }
        Copies.remove(copy);
    }

    private static Set<String> filesIn(Path captures) throws IOException {
        Set<String> names = new HashSet<>();
        if (Files.exists(captures)) {
            try (Stream<Path> all = Files.walk(captures)) {
                all.filter(Files::isRegularFile).forEach(file -> names.add(String.valueOf(file.getFileName())));
            }
        }
        return names;
    }
}
