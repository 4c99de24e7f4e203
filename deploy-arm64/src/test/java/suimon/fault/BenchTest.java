package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code suimon bench} measures a real gateway and leaves nothing behind. */
final class BenchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    Path scratch;

    @Test
    void itsFiguresAgreeWithTheBooksOfTheGatewayItMeasuredAndItsFolderIsGone() throws Exception {
        try (Child bench = bench("--seconds", "3", "--json")) {
            int status = bench.awaitEnd(PATIENCE);
            String said = bench.output();

            assertThat(status).as(said).isZero();
            assertThat(said).contains("\"booksBalance\": true");
            assertThat(number(said, "stored")).isEqualTo(number(said, "acknowledged"))
                    .isEqualTo(number(said, "published")).isPositive();
            assertThat(number(said, "modelResults")).as("the shipped model ran").isPositive();
            assertThat(number(said, "flashYears")).isPositive();
            assertThat(number(said, "pens")).isBetween(1.0, 1000.0);
        }
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void itDoesNotDisturbAGatewayThatRuns() throws Exception {
        Path data = Files.createDirectories(scratch.resolve("var/suimon"));
        Path lock = Files.writeString(data.resolve("suimon.lock"), "a gateway");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.lock();
                Child bench = bench("--seconds", "3")) {
            int status = bench.awaitEnd(PATIENCE);

            assertThat(held.isValid()).isTrue();
            assertThat(status).isEqualTo(2);
            assertThat(bench.output()).contains("--anyway");
        }
    }

    private Child bench(String... options) throws IOException {
        // Of the smallest rate even a loaded machine's gateway must keep up with some.
        return Child.of(suimon.app.Suimon.class).arguments("bench").arguments((Object[]) options)
                .arguments("--cpu", "100").in(scratch).now();
    }

    private static double number(String json, String name) {
        Matcher match = Pattern.compile("\"" + name + "\": ([0-9.]+)").matcher(json);
        assertThat(match.find()).as(List.of(name, json).toString()).isTrue();
        return Double.parseDouble(match.group(1));
    }
}
