package suimon.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Comma-separated text as RFC 4180 writes it; empty lines are passed over. */
public final class CsvText {
    private CsvText() {}

    /** The lines and their cells; null when a quote never ends. */
    public static @Nullable List<List<String>> read(String text, char separator) {
        List<List<String>> lines = new ArrayList<>();
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean isQuoted = false;
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (isQuoted) {
                boolean isPair = next == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"';
                if (isPair || next != '"') {
                    cell.append(next);
                    at += isPair ? 1 : 0;
                } else {
                    isQuoted = false;
                }
            } else if (next == '"' && cell.isEmpty()) {
                isQuoted = true;
            } else if (next == separator) {
                cells.add(take(cell));
            } else if (next == '\n' || next == '\r') {
                cells = endLine(lines, cells, cell);
            } else {
                cell.append(next);
            }
        }
        endLine(lines, cells, cell);
        return isQuoted ? null : lines;
    }

    private static List<String> endLine(List<List<String>> lines, List<String> cells, StringBuilder cell) {
        if (cells.isEmpty() && cell.isEmpty()) {
            return cells;
        }
        cells.add(take(cell));
        lines.add(cells);
        return new ArrayList<>();
    }

    private static String take(StringBuilder cell) {
        String taken = cell.toString();
        cell.setLength(0);
        return taken;
    }
}
