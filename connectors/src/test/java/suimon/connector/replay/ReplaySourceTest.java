package suimon.connector.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;

class ReplaySourceTest extends SourceContract {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Override
    protected Source open(SourceContext context) throws Exception {
        Path file = folder.resolve("twenty.csv");
        Files.writeString(file, "time,v\n" + rows(1, 20));
        return new ReplaySource(settings(List.of(file), Map.of("v", "s"), 0, false), context);
    }

    @Override
    protected void send(int values) {}

    @Override
    protected String lastOf(int values) {
        return "s " + values;
    }

    @Test
    void playsColumnsIntoSeriesWithTheirTimes() throws Exception {
        Path file = folder.resolve("a.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("time,do,\"water temp\"\n2026/01/01 09:00,7.10,12\n2026/01/01 09:15,,13.5\n"
                    .getBytes(StandardCharsets.UTF_8));
        }
        ReplaySettings settings = new ReplaySettings("contract", List.of(file), "time", TimeFormat.ISO,
                ZoneId.of("Asia/Tokyo"), Map.of("do", "pen1/do", "water temp", "pen1/temp"), ",", 0, false);

        try (ReplaySource source = new ReplaySource(settings, inbox.context(folder))) {
            source.start();
            inbox.awaitWaiting(1);
        }

        assertThat(inbox.texts()).containsExactlyInAnyOrder("pen1/do 7.10", "pen1/temp 12", "pen1/temp 13.5");
        assertThat(samples()).extracting(Sample::measuredNanos).contains(
                nanos(Instant.parse("2026-01-01T00:00:00Z")), nanos(Instant.parse("2026-01-01T00:15:00Z")));
    }

    @Test
    void goesOnWhereTheDataEndsAfterAKill() throws Exception {
        Path first = Files.writeString(folder.resolve("1.csv"), "time,v\n" + rows(1, 700));
        Path second = Files.writeString(folder.resolve("2.csv"), "time,v\n" + rows(701, 900));
        ReplaySettings settings = settings(List.of(first, second), Map.of("v", "s"), 0, false);
        inbox.capacity(1);
        try (ReplaySource source = new ReplaySource(settings, inbox.context(folder))) {
            source.start();
            inbox.awaitWaiting(1);
            inbox.commit();
            inbox.awaitWaiting(1);
        }
        inbox.kill();

        inbox.capacity(100);
        try (ReplaySource source = new ReplaySource(settings, inbox.context(folder))) {
            source.start();
            inbox.await(all -> all.texts().contains("s 900"));
        }
        inbox.commit();

        assertThat(inbox.texts()).containsExactlyElementsOf(
                IntStream.rangeClosed(1, 900).mapToObj(value -> "s " + value).toList());
    }

    @Test
    void keepsToTheChosenSpeed() throws Exception {
        Path file = Files.writeString(folder.resolve("slow.csv"), "time,v\n" + rows(1, 4));
        long began = System.nanoTime();

        try (ReplaySource source =
                new ReplaySource(settings(List.of(file), Map.of("v", "s"), 600, true), inbox.context(folder))) {
            source.start();
            inbox.await(all -> all.texts().contains("s 4"));
        }

        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(took).as("three minutes at 600 times the speed").isGreaterThan(Duration.ofMillis(299));
        long first = samples().getFirst().measuredNanos();
        assertThat(Math.abs(nanos(Instant.now()) - first)).as("from now").isLessThan(Duration.ofMinutes(5).toNanos());
        assertThat(samples().getLast().measuredNanos() - first).isEqualTo(3 * MINUTE.toNanos());
    }

    @Test
    void badRowsAreCountedAndNamedAndTheOthersPlayed() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.csv"), "time,v\n1,1\nyesterday,2\n180,3\n");

        try (ReplaySource source =
                new ReplaySource(settings(List.of(file), Map.of("v", "s"), 0, false), inbox.context(folder))) {
            source.start();
            inbox.await(all -> all.texts().contains("s 3"));
            await(() -> source.progress().state().endsWith("1 rows were left out"));

            assertThat(source.progress().healthy()).isFalse();
        }
        assertThat(inbox.texts()).containsExactly("s 1", "s 3");
        assertThat(inbox.refused()).isEqualTo(1);
    }

    @Test
    void aMissingColumnIsNamedWithWhatIsThere() throws Exception {
        Path file = Files.writeString(folder.resolve("x.csv"), "time,do\n1,1\n");

        try (ReplaySource source =
                new ReplaySource(settings(List.of(file), Map.of("temp", "s"), 0, false), inbox.context(folder))) {
            source.start();

            await(() -> source.progress().state().equals("stopped: " + file + ": no column 'temp', found time, do"));
        }
    }

    private ReplaySettings settings(List<Path> files, Map<String, String> columns, double speed, boolean fromNow) {
        return new ReplaySettings(
                "contract", files, "time", TimeFormat.SECONDS, null, columns, ",", speed, fromNow);
    }

    private static String rows(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(value -> value * 60 + "," + value)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private List<Sample> samples() {
        return inbox.waiting().stream().map(Delivery.Samples.class::cast)
                .flatMap(delivery -> delivery.samples().stream()).toList();
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
