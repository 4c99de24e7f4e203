package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import suimon.config.DataConfig.Durability;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Books;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;

/** Derived series by a calibration that was entered late. */
class RecomputeCommandTest {
    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void whatACalibrationEnteredLateChangesIsAddedAndNothingElse() throws Exception {
        Path data = folder.resolve("data");
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                site: {id: test, title: 試験}
                data: {folder: %s, quota: 100MB}
                sources: []
                series:
                  do: {unit: mg/L}
                  t: {unit: Cel}
                  sat: {unit: "%%", derived: {formula: oxygen-saturation, from: {oxygen: do, temperature: t},
                    given: {salinity: 0}}}
                """.formatted(data));
        try (Log log = open(data)) {
            log.define("sat", Words.same("sat"), "%", 0);
            for (int minute = 0; minute < 4; minute++) {
                put(log, "t", minute, 20);
                put(log, "do", minute, 9);
            }
        }

        assertThat(recompute(file)).as("the results were never there").isZero();
        List<String> first = rows(data);
        assertThat(recompute(file)).isZero();
        assertThat(rows(data)).as("nothing differs").isEqualTo(first);
        assertThat(new CommandLine(new CalibrateCommand()).execute("do", "--config", file.toString(), "--coefficients", "0,0.5",
                "--from", BEGIN.plusSeconds(120).toString())).isZero();
        assertThat(recompute(file, "--dry-run")).isZero();
        assertThat(rows(data)).isEqualTo(first);
        assertThat(recompute(file)).isZero();

        List<String> after = rows(data);
        assertThat(first).hasSize(4).containsOnly(first.getFirst());
        assertThat(after.subList(0, 2)).isEqualTo(first.subList(0, 2));
        assertThat(Double.parseDouble(after.get(2))).isCloseTo(Double.parseDouble(first.get(2)) / 2,
                org.assertj.core.data.Offset.offset(0.01));
        assertThat(after.get(3)).isEqualTo(after.get(2));
        assertThat(Ledger.read(data).differences()).isEmpty();
        try (Log log = open(data); LogReader reader = log.reader()) {
            assertThat(log.books().series().get(id(log, "sat"))).as("4 and 2 revisions")
                    .isEqualTo(new Books.SeriesBook(6, 6, 0, 0, 0));
            assertThat(reader.newest(List.of(Entry.Audit.class), 9)).extracting(each -> ((Entry.Audit) each.entry()).outcome())
                    .anyMatch(outcome -> outcome.startsWith("2 results from 2026-11-01"));
        }
    }

    private static Log open(Path data) throws Exception {
        return Log.open(new LogSettings(data, 100_000_000, Durability.FULL), System::nanoTime);
    }

    private static int id(Log log, String name) {
        return log.allSeries().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow().id();
    }

    private static void put(Log log, String name, int minute, double value) throws Exception {
        int series = log.define(name, Words.same(name), "", 0).id();
        long time = Nanos.of(BEGIN.plusSeconds(60L * minute));
        Readings one = new Readings.Builder(1)
                .add(series, time, time, new Value.Float64(value), Grade.GOOD, 0, TimeOrigin.SOURCE).build();
        log.commit(new Commit(List.of(new Entry.Batch(one, new ClockStamp("b", 0, time, ClockStamp.Trust.SYNCHRONISED))),
                List.of(new Change.SeriesCount(series, 1, 1, 0))));
    }

    private static List<String> rows(Path data) throws Exception {
        try (Log log = open(data); LogReader reader = log.reader()) {
            Readings found = reader.readings(id(log, "sat"), Long.MIN_VALUE, Long.MAX_VALUE, 100);
            List<String> rows = new ArrayList<>();
            for (int row = 0; row < found.size(); row++) {
                rows.add(found.value(row).asText());
            }
            return rows;
        }
    }

    private static int recompute(Path file, String... options) {
        return new CommandLine(new RecomputeCommand()).execute(Stream.concat(Stream.of("--config", file.toString(),
                "--from", BEGIN.toString(), "--to", BEGIN.plusSeconds(3600).toString()), Stream.of(options)).toArray(String[]::new));
    }
}
