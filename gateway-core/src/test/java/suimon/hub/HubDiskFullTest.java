package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Content;
import suimon.backhaul.ContentWire;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.HubConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.ClockStamp;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/** A hub on a file system of 24 MB that something else fills. */
final class HubDiskFullTest {
    private static final int ROWS = 2000;
    private static final Epoch EPOCH = new Epoch(5);
    private static final long SEED = 71;

    @TempDir
    Path scratch;

    private final Random random = new Random(SEED);
    private Path disk = Path.of("");

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(scratch.resolve("disk"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "none", disk.toString()),
                "only root may mount a small file system");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }

    @Test
    void aFullDiskConfirmsNothingThatIsNotOnItAndEndsByItself() throws Exception {
        Path filler = disk.resolve("filler");
        long number = 0;
        try (Hub hub = open()) {
            while (number < 3) {
                assertThat(deliver(hub, number + 1)).isNull();
                number++;
            }
            fill(filler);
            Receipt.Refusal refusal = null;
            while (refusal == null) {
                assertThat(number).as("seed=" + SEED).isLessThan(5000);
                refusal = deliver(hub, number + 1);
                number += refusal == null ? 1 : 0;
            }
            assertThat(refusal.reason()).isEqualTo(Receipt.Reason.UNAVAILABLE);
            assertThat(refusal.text()).contains("no room");
            assertThat(confirmed(hub)).as("also while a commit waits").isEqualTo(number);

            Files.delete(filler);
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (deliver(hub, number + 1) != null) {
                assertThat(System.nanoTime()).as("it takes data again").isLessThan(end);
                Thread.sleep(50);
            }
            number++;
        }
        try (Hub hub = open()) {
            assertThat(confirmed(hub)).isEqualTo(number);
            assertThat(java.util.Objects.requireNonNull(hub.log("pen-1")).books().readings().stored())
                    .isEqualTo(number * ROWS);
        }
    }

    private Hub open() throws HubFailed {
        DataConfig data = new DataConfig(disk.resolve("data"), new DataSize(1L << 30), Duration.ofSeconds(1),
                new DataSize(1_000_000_000), Duration.ofMinutes(10), DataConfig.Durability.FULL);
        return Hub.open(new HubConfig(data, Pair.web(), List.of(), Map.of("pen-1", new HubConfig.GatewayAccess(null))),
                List.of(), Clock.systemUTC(), System::nanoTime);
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }

    private static long confirmed(Hub hub) {
        return hub.gateways().getFirst().confirmed().stream().filter(lane -> lane.lane() == Lane.P3).findFirst()
                .orElseThrow().number();
    }

    /** Why it was refused; null when it is confirmed. The same number holds the same readings again. */
    private Receipt.@Nullable Refusal deliver(Hub hub, long number) throws Exception {
        random.setSeed(SEED + number);
        Readings.Builder rows = new Readings.Builder(ROWS);
        for (int row = 0; row < ROWS; row++) {
            long at = (number * ROWS + row) * 1_000_000_000L;
            rows.add(1, at, at, new Value.Float64(random.nextDouble()), Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        Content content = new Content(List.of(new Series(1, "s", new Words("s", "s"), "", 0)),
                List.of(new Content.Block(new ClockStamp("b", 1, 1, ClockStamp.Trust.SYNCHRONISED), rows.build())),
                List.of(), List.of(), null);
        Receipt receipt = Messages.readReceipt(hub.receive("pen-1",
                Messages.write(new Frame("pen-1", EPOCH, Lane.P3, number, 0, 1, ContentWire.pack(content)))));
        Receipt.Refusal refusal = receipt.refusal();
        assertThat(refusal != null || receipt.confirmed().getFirst().number() == number).isTrue();
        return refusal;
    }
}
