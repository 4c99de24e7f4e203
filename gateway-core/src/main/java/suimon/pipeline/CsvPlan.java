package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * CSV payloads (RFC 4180) of one topic: every line a record. The first line holds the columns'
 * names when any column is asked for by name. An empty cell is a reading without value.
 */
final class CsvPlan implements Plan {
    private final char separator;
    private final @Nullable String time;
    private final TimeText timeText;
    private final boolean isNumberExpected;
    private final boolean isSparse;
    private final List<Wanted> wanted;
    private final boolean hasHeader;

    private record Wanted(SeriesName series, String column) {}

    CsvPlan(DecodeConfig rule, Map<String, String> names) {
        separator = rule.separator().equals("\\t") ? '\t' : rule.separator().charAt(0);
        time = rule.time();
        timeText = new TimeText(rule.timeFormat(), rule.timeZone());
        isNumberExpected = rule.expect() == DecodeConfig.Expect.NUMBER;
        isSparse = rule.value() == null;
        wanted = rule.value() == null
                ? rule.fields().entrySet().stream()
                        .map(field -> new Wanted(SeriesName.of(rule.series(), names, field.getKey()),
                                field.getValue()))
                        .toList()
                : List.of(new Wanted(SeriesName.of(rule.series(), names, null), rule.value()));
        hasHeader = (time != null && !isPosition(time))
                || wanted.stream().anyMatch(next -> !isPosition(next.column));
    }

    @Override
    public boolean decode(Draft draft) {
        byte[] payload = draft.payload();
        int invalid = Utf8.invalidAt(payload, 0, payload.length);
        if (invalid >= 0) {
            return draft.refuse(Fault.FORMAT, "not UTF-8 at byte " + invalid);
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        List<List<String>> lines = CsvText.read(text.startsWith("\ufeff") ? text.substring(1) : text, separator);
        if (lines == null) {
            return draft.refuse(Fault.FORMAT, "not CSV: a quote without its end");
        }
        List<String> header = hasHeader && !lines.isEmpty() ? lines.getFirst() : List.of();
        int first = hasHeader ? 1 : 0;
        if (lines.size() <= first) {
            return draft.refuse(Fault.FORMAT, hasHeader ? "no line below the columns' names" : "no line of CSV");
        }
        for (int line = first; line < lines.size(); line++) {
            if (!record(draft, new Row(header, lines.get(line), line + 1))) {
                return false;
            }
        }
        return true;
    }

    private boolean record(Draft draft, Row row) {
        long measured = TimeText.NONE;
        if (time != null) {
            String written = row.cell(draft, Fault.TIME, time);
            measured = written == null ? TimeText.NONE : timeText.parse(written);
            if (measured == TimeText.NONE) {
                return draft.refuse(Fault.TIME, "time " + Draft.shown(written == null ? "" : written)
                        + " in line " + row.number + " is not " + timeText.expected());
            }
        }
        int taken = 0;
        for (Wanted next : wanted) {
            if (isSparse && row.position(next.column) < 0) {
                continue;
            }
            String cell = row.cell(draft, Fault.VALUE, next.column);
            Value value = cell == null ? null : value(cell.strip());
            if (value == null) {
                return draft.refuse(Fault.VALUE, "column " + next.column + " in line " + row.number + " is "
                        + Draft.shown(cell == null ? "" : cell) + ", expected a number");
            }
            String series = next.series.resolve(path -> row.cell(draft, Fault.SERIES, columnOf(path)));
            boolean isAdded = measured == TimeText.NONE
                    ? draft.addOnArrival(series, value)
                    : draft.add(series, value, measured, TimeOrigin.SOURCE);
            if (!isAdded) {
                return false;
            }
            taken++;
        }
        return taken > 0 || row.cell(draft, Fault.VALUE, wanted.getFirst().column) != null;
    }

    private @Nullable Value value(String cell) {
        if (cell.isEmpty()) {
            return new Value.None();
        }
        Value number = NumberText.parse(cell);
        if (number != null || isNumberExpected) {
            return number;
        }
        return switch (cell) {
            case "true" -> new Value.Bool(true);
            case "false" -> new Value.Bool(false);
            default -> new Value.Text(cell);
        };
    }

    /** In a series' name a column is written as {@code {$.column}}. */
    private static String columnOf(JsonPath path) {
        String written = path.toString();
        return written.substring(written.indexOf('.') + 1);
    }

    private static boolean isPosition(String column) {
        return column.length() <= 4 && column.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** One line. */
    private record Row(List<String> header, List<String> cells, int number) {
        /** The column's index from 0, or -1 when there is none. */
        int position(String column) {
            int index = isPosition(column) ? Integer.parseInt(column) - 1 : header.indexOf(column);
            return index < cells.size() ? index : -1;
        }

        /** The cell, or null after refusing the message for want of it. */
        @Nullable String cell(Draft draft, Fault fault, String column) {
            int index = position(column);
            if (index >= 0) {
                return cells.get(index);
            }
            List<String> shown = new ArrayList<>(header.subList(0, Math.min(header.size(), 8)));
            shown.replaceAll(name -> Excerpt.of(name, 40));
            draft.refuse(fault, "no column " + column + " in line " + number + " (found "
                    + (shown.isEmpty() ? cells.size() + " columns" : String.join(", ", shown)) + ")");
            return null;
        }
    }
}
