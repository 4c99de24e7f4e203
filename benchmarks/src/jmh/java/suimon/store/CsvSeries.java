package suimon.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * One column of a CSV file: decimals as they are written there, times in the first column as
 * {@code yyyy-MM-dd HH:mm:ss}, {@code M/d/yyyy H:mm}, or a number of seconds or milliseconds.
 *
 * @param times milliseconds
 * @param values at the most digits of the column
 * @param written the values as readings have them; empty when all have the same digits
 */
record CsvSeries(String name, long[] times, long[] values, int digits, List<Value> written) {
    private static final DateTimeFormatter AMERICAN = DateTimeFormatter.ofPattern("M/d/yyyy H:mm");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final int READINGS_MIN = 600;

    /** The columns that hold at least 600 numbers. */
    static List<CsvSeries> of(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(file);
                BufferedReader reader = new BufferedReader(new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw,
                        StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        }
        String separator = lines.getFirst().contains(";") ? ";" : ",";
        String[] names = lines.getFirst().split(separator, -1);
        List<CsvSeries> found = new ArrayList<>();
        for (int column = 1; column < names.length; column++) {
            CsvSeries series = of(file.getFileName() + " " + names[column].strip(), lines, separator, column);
            if (series.values().length >= READINGS_MIN) {
                found.add(series);
            }
        }
        return found;
    }

    Readings readings(int from, int count) {
        if (written.isEmpty()) {
            return SeriesRecipe.readings(times, values, digits, from, count);
        }
        Readings.Builder rows = new Readings.Builder(count);
        for (int row = from; row < from + count; row++) {
            long time = times[row] * 1_000_000;
            rows.add(1, time, time, written.get(row), Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        return rows.build();
    }

    private static CsvSeries of(String name, List<String> lines, String separator, int column) {
        List<Value> written = new ArrayList<>();
        List<BigDecimal> numbers = new ArrayList<>();
        long[] times = new long[lines.size()];
        int digits = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(separator, -1);
            String field = column < fields.length ? fields[column].strip().replace(',', '.') : "";
            if (!field.matches("-?\\d+(\\.\\d+)?")) {
                continue;
            }
            BigDecimal number = new BigDecimal(field);
            times[numbers.size()] = millisecondsOf(fields[0]);
            numbers.add(number);
            digits = Math.max(digits, number.scale());
            written.add(number.scale() == 0 ? new Value.Int64(number.longValueExact())
                    : new Value.Decimal(number.unscaledValue().longValueExact(), number.scale()));
        }
        int scale = digits;
        long[] values = numbers.stream()
                .mapToLong(number -> number.setScale(scale).unscaledValue().longValueExact()).toArray();
        return new CsvSeries(name, Arrays.copyOf(times, values.length), values, digits, written);
    }

    private static long millisecondsOf(String field) {
        if (field.matches("\\d+")) {
            long number = Long.parseLong(field);
            return number > 100_000_000_000L ? number : number * 1000;
        }
        DateTimeFormatter format = field.contains("/") ? AMERICAN : ISO;
        return LocalDateTime.parse(field, format).toEpochSecond(ZoneOffset.UTC) * 1000;
    }
}
