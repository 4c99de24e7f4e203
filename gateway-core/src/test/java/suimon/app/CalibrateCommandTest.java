package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.store.CalibrationBook;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;

/** With no gateway running: it writes into the log itself. */
class CalibrateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aCalibrationFromTheCommandLineIsInTheLogAndWhatIsWrongIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                site: {id: test, title: 試験}
                data: {folder: %s, quota: 100MB}
                sources: []
                series:
                  pen1/do: {title: {ja: 溶存酸素, en: Oxygen}, unit: mg/L}
                """.formatted(folder.resolve("data")));

        assertThat(calibrate(file, "pen1/do", "--references", "0.1:0,10.1:10", "--by", "hamada", "--note", "say \"go\""))
                .isZero();
        assertThat(calibrate(file, "pen1/nothing", "--references", "1:2")).isEqualTo(Suimon.EXIT_USAGE);
        assertThat(calibrate(file, "pen1/do", "--references", "x")).isEqualTo(Suimon.EXIT_USAGE);

        try (Log log = Log.open(new LogSettings(folder.resolve("data"), 100_000_000, Durability.FULL), System::nanoTime);
                LogReader reader = log.reader()) {
            assertThat(CalibrationBook.read(reader).lines()).singleElement().satisfies(line -> {
                Entry.Calibration entry = line.entry();
                assertThat(log.series(entry.series()).name()).isEqualTo("pen1/do");
                assertThat(entry.curve().apply(10.1)).isCloseTo(10, Offset.offset(1e-9));
                assertThat(entry.by()).isEqualTo("hamada");
                assertThat(entry.note()).isEqualTo("say \"go\"");
            });
        }
    }

    private static int calibrate(Path file, String series, String... options) {
        return new CommandLine(new CalibrateCommand())
                .execute(Stream.concat(Stream.of(series, "--config", file.toString()),
                        Stream.of(options)).toArray(String[]::new));
    }
}
