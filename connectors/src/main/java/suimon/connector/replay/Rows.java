package suimon.connector.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.CsvText;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.NumberText;
import suimon.pipeline.TimeText;
import suimon.reading.Value;

/** The rows of one CSV file, read as they are asked for. A quoted cell ends on its line. */
final class Rows implements AutoCloseable {
    private final Path file;
    private final ReplaySettings settings;
    private final TimeText timeText;
    private final BufferedReader reader;
    private final List<String> header;
    private long line;

    /** One line: the samples of a row, or why it has none. */
    record Row(long line, long measuredNanos, List<Sample> samples, @Nullable String fault) {}

    Rows(Path file, ReplaySettings settings) throws IOException {
        this.file = file;
        this.settings = settings;
        timeText = new TimeText(settings.timeFormat(), settings.timeZone());
        InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
        reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16);
        boolean hasHeader = !isNumber(settings.time())
                || settings.columns().keySet().stream().anyMatch(column -> !isNumber(column));
        List<String> first = hasHeader ? cells() : null;
        header = first == null ? List.of() : first;
        check(hasHeader);
    }

    /** The next row that is not empty; null at the end of the file. */
    @Nullable Row next() throws IOException {
        List<String> cells = cells();
        if (cells == null) {
            return null;
        }
        int column = position(settings.time());
        String written = column < cells.size() ? cells.get(column) : "";
        long measured = timeText.parse(written);
        if (measured == TimeText.NONE) {
            return new Row(line, 0, List.of(),
                    file + ":" + line + ": time '" + written + "' is not " + timeText.expected());
        }
        List<Sample> samples = new ArrayList<>();
        for (Map.Entry<String, String> each : settings.columns().entrySet()) {
            int index = position(each.getKey());
            String cell = index < cells.size() ? cells.get(index).strip() : "";
            if (!cell.isEmpty()) {
                samples.add(new Sample(each.getValue(), value(cell), measured, 0));
            }
        }
        return new Row(line, measured, samples, null);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private @Nullable List<String> cells() throws IOException {
        String text = reader.readLine();
        while (text != null) {
            line++;
            boolean hasByteOrderMark = line == 1 && text.startsWith("\ufeff");
            List<List<String>> rows =
                    CsvText.read(hasByteOrderMark ? text.substring(1) : text, settings.separatorCharacter());
            if (rows == null) {
                throw new IOException(file + ":" + line + ": a quote without its end");
            }
            if (!rows.isEmpty()) {
                return rows.getFirst();
            }
            text = reader.readLine();
        }
        return null;
    }

    private void check(boolean hasHeader) throws IOException {
        List<String> wanted = new ArrayList<>(settings.columns().keySet());
        wanted.add(settings.time());
        for (String column : wanted) {
            if (hasHeader && position(column) < 0) {
                close();
                throw new IOException(file + ": no column '" + column + "', found " + String.join(", ", header));
            }
        }
    }

    private int position(String column) {
        return isNumber(column) ? Integer.parseInt(column) - 1 : header.indexOf(column);
    }

    private static boolean isNumber(String column) {
        return !column.isEmpty() && column.length() <= 4 && column.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(column) > 0;
    }

    private static Value value(String cell) {
        Value number = NumberText.parse(cell);
        if (number != null) {
            return number;
        }
        return switch (cell) {
            case "true" -> new Value.Bool(true);
            case "false" -> new Value.Bool(false);
            default -> new Value.Text(cell);
        };
    }
}
