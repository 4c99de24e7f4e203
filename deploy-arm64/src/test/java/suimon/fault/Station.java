package suimon.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The good rows of one station of the National Estuarine Research Reserve System. */
final class Station {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final ZoneOffset EST = ZoneOffset.ofHours(-5);
    private static final Map<String, String> COLUMNS = Map.of("do", "do_mgl", "temp", "temp", "sal", "sal");

    /**
     * One row.
     *
     * @param seconds seconds since the epoch
     * @param values quantity to value as written; only good ones
     */
    record Row(long seconds, Map<String, String> values) {}

    private Station() {}

    /** Rows from the first day until before the last. */
    static List<Row> rows(Path file, LocalDate from, LocalDate until) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            List<String> header = Arrays.asList(reader.readLine().split(","));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",");
                LocalDateTime at = LocalDateTime.parse(cells[0], TIME);
                boolean isWanted = !at.toLocalDate().isBefore(from) && at.toLocalDate().isBefore(until);
                Row row = new Row(at.toEpochSecond(EST), isWanted ? good(header, cells) : Map.of());
                if (!row.values.isEmpty()) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static Map<String, String> good(List<String> header, String[] cells) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, String> column : COLUMNS.entrySet()) {
            int index = header.indexOf(column.getValue());
            String flag = cells[index + 1];
            boolean isGood = !cells[index].equals("NA") && !flag.contains("<1>") && !flag.contains("<-2>")
                    && !flag.contains("<-3>");
            if (isGood) {
                values.put(column.getKey(), cells[index]);
            }
        }
        return values;
    }
}
