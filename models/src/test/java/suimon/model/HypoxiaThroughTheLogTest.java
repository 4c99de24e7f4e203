package suimon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.ModelConfig;
import suimon.pipeline.Alarms;
import suimon.pipeline.Insight;
import suimon.pipeline.LiveCalibration;
import suimon.pipeline.Model;
import suimon.pipeline.Window;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;

/**
 * Two years of a real station through the log and insight, with a restart in the middle of every
 * other month: the windows are those of the evaluation, bit for bit, and so are the forecasts but for
 * the last digits, which depend on how many windows ran together.
 */
class HypoxiaThroughTheLogTest {
    private static final List<String> NAMES = List.of("cp/do", "cp/temperature", "cp/salinity");
    private static final int[] COLUMNS = {9, 1, 5};
    private static final int ROWS_PER_COMMIT = 500;
    private static final int COMMITS_PER_START = 12;

    @TempDir
    Path folder;

    private final List<String> hashes = new ArrayList<>();

    @Test
    void theGatewayForecastsWhatTheEvaluationScored() throws Exception {
        Path station = NerrsFolder.orSkip().resolve(NerrsFolder.STATION);
        SortedMap<Instant, float[]> expected = ReferenceForecasts.of(station, null);
        List<String> rows = rows(station);

        try (Model model = new OnnxFactory().open("hypoxia", null).load()) {
            int step = ROWS_PER_COMMIT * COMMITS_PER_START;
            for (int from = 0; from < rows.size(); from += step) {
                try (Log log = open()) {
                    run(log, model, rows.subList(from, Math.min(from + step, rows.size())));
                }
            }
        }

        try (Log log = open()) {
            SortedMap<Instant, float[]> found = forecasts(log);
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            expected.forEach((at, outputs) ->
                    assertThat(found.get(at)).as("%s", at).containsExactly(outputs, within(1e-6f)));
            assertThat(hashes).isEqualTo(new NerrsStation(station)
                    .windows(OnnxFactory.describe("hypoxia", null).contract()).stream()
                    .map(Window::hash).toList());
        }
    }

    private void run(Log log, Model model, List<String> rows) throws Exception {
        Insight insight = insight(log, model);
        for (int from = 0; from < rows.size(); from += ROWS_PER_COMMIT) {
            Readings.Builder batch = new Readings.Builder(ROWS_PER_COMMIT * NAMES.size());
            for (String row : rows.subList(from, Math.min(from + ROWS_PER_COMMIT, rows.size()))) {
                add(log, batch, row.split(","));
            }
            log.commit(new Commit(List.of(new Entry.Batch(batch.build(), clock())), List.of()));
            insight.runUntilIdle();
        }
    }

    private static void add(Log log, Readings.Builder batch, String[] cells) {
        long measured = LocalDateTime.parse(cells[0].replace(' ', 'T')).toEpochSecond(NerrsStation.EST)
                * 1_000_000_000L;
        for (int channel = 0; channel < COLUMNS.length; channel++) {
            String text = cells[COLUMNS[channel]];
            String flag = cells[COLUMNS[channel] + 1];
            if (!text.equals("NA")) {
                boolean isBad = flag.contains("<1>") || flag.contains("<-2>") || flag.contains("<-3>");
                batch.add(series(log, NAMES.get(channel)).id(), measured, measured,
                        new Value.Float64(Double.parseDouble(text)), isBad ? Grade.SUSPECT : Grade.GOOD, 0,
                        TimeOrigin.SOURCE);
            }
        }
    }

    private static Insight insight(Log log, Model model) {
        ModelConfig config = new ModelConfig("cp", "hypoxia", null,
                Map.of("dissolvedOxygen", NAMES.get(0), "temperature", NAMES.get(1), "salinity", NAMES.get(2)),
                "cp/forecast");
        Alarms alarms = new Alarms(List.of(), name -> series(log, name), Map.of(), Duration.ofMinutes(10),
                System::nanoTime);
        return new Insight(log, List.of(new Insight.Placement(config, model)), alarms,
                new Insight.Surroundings(name -> series(log, name), name -> LiveCalibration.none(),
                        HypoxiaThroughTheLogTest::clock, Duration.ofMinutes(10), NerrsStation.EST));
    }

    private SortedMap<Instant, float[]> forecasts(Log log) throws Exception {
        SortedMap<Instant, float[]> found = new TreeMap<>();
        try (LogReader reader = log.reader()) {
            long at = 0;
            List<Sequenced> entries = reader.after(at, 1000, 8 << 20);
            while (!entries.isEmpty()) {
                for (Sequenced sequenced : entries) {
                    at = sequenced.sequence();
                    if (sequenced.entry() instanceof Entry.Inference inference) {
                        List<Entry.Output> outputs = inference.outputs();
                        float[] values = {(float) outputs.get(0).value(), (float) outputs.get(1).value()};
                        hashes.add(inference.inputHash());
                        assertThat(found.put(inference.issuedAt(), values)).as("issued once").isNull();
                    }
                }
                entries = reader.after(at, 1000, 8 << 20);
            }
        }
        return found;
    }

    private static List<String> rows(Path station) throws Exception {
        List<String> rows = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(station)), StandardCharsets.UTF_8))) {
            reader.readLine();
            reader.lines().forEach(rows::add);
        }
        return rows;
    }

    private Log open() throws Exception {
        return Log.open(new LogSettings(folder, 256L << 20, Durability.FULL), System::nanoTime);
    }

    private static Series series(Log log, String name) {
        return log.allSeries().stream().filter(one -> one.name().equals(name)).findAny()
                .orElseGet(() -> log.define(name, Words.same(name), "mg/L", 0));
    }

    private static ClockStamp clock() {
        long now = 1_800_000_000L * 1_000_000_000L;
        return new ClockStamp("boot", now, now, ClockStamp.Trust.SYNCHRONISED);
    }
}
