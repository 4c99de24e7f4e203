package suimon.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import suimon.pipeline.Contract;
import suimon.pipeline.Window;
import suimon.pipeline.Windows;
import suimon.reading.Unit;
import suimon.reading.Words;

/**
 * A water-quality file of the NERRS System-wide Monitoring Program as SWMPr exports it: one row per
 * 15 min in EST without daylight saving, one QAQC flag per value. Fed to {@link Windows} row by row,
 * as a running gateway would get it.
 */
final class NerrsStation {
    /** Eastern Standard Time the year round. */
    static final ZoneOffset EST = ZoneOffset.ofHours(-5);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final Map<String, String> COLUMNS =
            Map.of("dissolvedOxygen", "do_mgl", "temperature", "temp", "salinity", "sal");

    private final Path file;

    NerrsStation(Path file) {
        this.file = file;
    }

    /** Every window the contract allows, oldest first. */
    List<Window> windows(Contract contract) throws IOException {
        List<Window> made = new ArrayList<>();
        Set<String> roles = contract.inputs().stream().map(Contract.Input::role)
                .collect(Collectors.toSet());
        Windows windows = new Windows(contract, roles, EST, Long.MIN_VALUE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            List<String> header = Arrays.asList(reader.readLine().split(","));
            int[] columns = contract.inputs().stream()
                    .mapToInt(input -> header.indexOf(COLUMNS.get(input.role()))).toArray();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                observe(windows, columns, line.split(","));
                made.addAll(windows.takeDue());
            }
        }
        return made;
    }

    /** The mean dissolved oxygen of each hour, by the hour's end in seconds since the epoch. */
    Map<Long, Double> hourlyMeans(Contract contract) throws IOException {
        Contract.Input oxygen = contract.inputs().getFirst();
        Contract.Input any = new Contract.Input(oxygen.role(), oxygen.title(), oxygen.unit(), oxygen.low(),
                oxygen.high(), oxygen.every(), false, new Contract.History(1, 1, 1));
        Contract hourly = new Contract("hourly-mean", "1", Duration.ofHours(1), 1, List.of(any),
                List.of(new Contract.Output("mean", Words.same("mean"), new Unit("mg/L"), Duration.ZERO)));
        Map<Long, Double> means = new HashMap<>();
        for (Window window : windows(hourly)) {
            means.put(seconds(window), (double) window.values()[0]);
        }
        return means;
    }

    static long seconds(Window window) {
        return window.endNanos() / 1_000_000_000L;
    }

    private static void observe(Windows windows, int[] columns, String[] cells) {
        long measured = LocalDateTime.parse(cells[0], TIME).toEpochSecond(EST) * 1_000_000_000L;
        for (int channel = 0; channel < columns.length; channel++) {
            String value = cells[columns[channel]];
            String flag = cells[columns[channel] + 1];
            boolean isGood = !value.equals("NA") && !flag.contains("<1>") && !flag.contains("<-2>")
                    && !flag.contains("<-3>");
            double number = isGood ? Double.parseDouble(value) : Double.NaN;
            windows.observe(channel, measured, measured, number, isGood);
        }
    }

    /** One row per window, with what came true afterwards. */
    List<ForecastRow> rows(Contract contract) throws IOException {
        Function<Window, ForecastRow> row = ForecastRow.maker(hourlyMeans(contract), contract);
        return windows(contract).stream().map(row).toList();
    }
}
