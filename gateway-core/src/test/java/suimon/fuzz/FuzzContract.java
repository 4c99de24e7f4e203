package suimon.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What holds for everything that reads bytes from outside: malformed input is refused, and costs no
 * more time and memory than its length explains. A plain run feeds the kept inputs and seeded damage;
 * a long one lets Jazzer look for more, each subject in a process of its own, for
 * {@code -Dsuimon.fuzz.seconds} (60), and leaves what it found worth keeping in {@code target/fuzz}.
 */
public abstract class FuzzContract {
    private static final long SEED = 8428;
    private static final int BLOCK = 64;
    private static final long BLOCK_NANOS_MAX = 10_000_000_000L;
    private static final Duration HANGS_AFTER = Duration.ofMinutes(3);
    private static final int INPUT_BYTES_MAX = 2048;

    protected abstract List<Subject> subjects();

    @TestFactory
    Stream<DynamicTest> goodAndKeptInputsAreReadOrRefused() {
        return subjects().stream().map(subject -> DynamicTest.dynamicTest(subject.name(), () -> {
            for (byte[] good : subject.good()) {
                assertThat(feed(subject, good)).as("%s %s", subject.name(), HexFormat.of().formatHex(good)).isTrue();
            }
            for (byte[] kept : KeptInputs.of(subject)) {
                feed(subject, kept);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> malformedInputsAreReadOrRefused() {
        return subjects().stream().map(subject -> DynamicTest.dynamicTest(subject.name(),
                () -> Assertions.assertTimeoutPreemptively(HANGS_AFTER, () -> manyMalformed(subject))));
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> aHundredThousandMalformedInputsAreReadOrRefused() {
        return subjects().stream().map(subject -> DynamicTest.dynamicTest(subject.name(),
                () -> manyMalformed(subject.rounds(Subject.ROUNDS))));
    }

    private static void manyMalformed(Subject subject) {
        List<byte[]> seeds = new ArrayList<>(subject.good());
        seeds.addAll(KeptInputs.of(subject));
        Damage damage = new Damage(seeds, SEED);
        int refused = 0;
        long begun = Memory.cpuNanos();
        for (int round = 1; round <= subject.rounds(); round++) {
            byte[] input = damage.next();
            byte[] fed = (round & 1) == 0 ? input : subject.repaired().apply(input);
            refused += feed(subject, fed) ? 0 : 1;
            if (round % BLOCK == 0) {
                long now = Memory.cpuNanos();
                assertThat(now - begun).as("CPU time of %s to round %d, seed %d", subject.name(), round, SEED)
                        .isLessThan(BLOCK_NANOS_MAX);
                begun = now;
            }
        }
        // A share that says that the damage reaches the checks, and that not everything is refused.
        assertThat(refused).as(subject.name()).isBetween(subject.rounds() / 50, subject.rounds() - 1);
    }

    private static boolean feed(Subject subject, byte[] input) {
        try {
            return subject.feed(input);
        } catch (Exception | Error finding) {
            throw new AssertionError(subject.name() + " " + HexFormat.of().formatHex(input), finding);
        }
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> coverageLeadsToNoFinding() {
        return subjects().stream().map(subject -> DynamicTest.dynamicTest(subject.name(), () -> campaign(subject)));
    }

    private void campaign(Subject subject) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "fuzz", subject.name()).toAbsolutePath());
        Path inputs = Files.createDirectories(folder.resolve("inputs"));
        List<byte[]> seeds = new ArrayList<>(subject.good());
        seeds.addAll(KeptInputs.of(subject));
        for (int index = 0; index < seeds.size(); index++) {
            Files.write(inputs.resolve("kept-" + index), seeds.get(index));
        }

        int seconds = Integer.getInteger("suimon.fuzz.seconds", 60);
        String said = jazzer(subject, folder, seconds + 600, inputs.toString(), "-max_total_time=" + seconds);
        KeptInputs.write(inputs, folder.resolveSibling(subject.name() + ".hex"));

        assertThat(said).contains("Done ");
    }

    private String jazzer(Subject subject, Path folder, int seconds, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
                "-cp", absolute(System.getProperty("java.class.path")), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzTarget.class.getName(),
                "--target_args=" + getClass().getName() + " " + subject.name(),
                "--instrumentation_includes=suimon.**", "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/", "-rss_limit_mb=4000", "-timeout=20",
                "-max_len=" + INPUT_BYTES_MAX, "-seed=" + SEED));
        command.addAll(List.of(options));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            String said = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(ended && process.exitValue() == 0).as("%s: %s", subject.name(), said).isTrue();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).map(part -> Path.of(part).toAbsolutePath().toString())
                .reduce((one, other) -> one + File.pathSeparator + other).orElse("");
    }
}
