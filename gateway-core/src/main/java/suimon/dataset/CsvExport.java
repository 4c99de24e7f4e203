package suimon.dataset;

import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import suimon.reading.Calibration;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Writes readings as CSV (RFC 4180, UTF-8, line feeds) in the order of the log, forecasts among
 * them since they are series as well. Order and cursor follow the log's sequence, so a reader that
 * continues from its cursor gets every reading once, late ones included.
 *
 * <p>A revised reading is a later row with the same series and time_utc: the row that comes last
 * holds. qc_flag is the grade as far as it is known at the time of the export.
 *
 * <p>Memory is bounded by {@value #ENTRIES_AT_ONCE} entries, however long the export. For one thread.
 */
public final class CsvExport {
    /** The header. */
    public static final String COLUMNS = "time_utc,received_utc,site,series,value_raw,value,unit,qc_flag,"
            + "ua_status,sequence,row,time_origin";

    private static final int ENTRIES_AT_ONCE = 256;
    private static final long BYTES_AT_ONCE = 1L << 20;

    private final Log log;
    private final LogReader reader;
    private final String site;
    private final IntFunction<Calibration> calibrations;
    private final Map<Integer, Column> columns = new HashMap<>();

    /** What is the same in all rows of a series. */
    private record Column(String name, String unit, Calibration calibration) {}

    /** @param calibrations the calibration of a series by its number */
    public CsvExport(Log log, LogReader reader, String site, IntFunction<Calibration> calibrations) {
        this.log = log;
        this.reader = reader;
        this.site = site;
        this.calibrations = calibrations;
    }

    /**
     * How an export ended.
     *
     * @param next where to go on
     * @param isComplete whether all that was there when it ended is exported
     */
    public record Outcome(ExportCursor next, long rows, boolean isComplete) {}

    /** Writes the header and the rows; the writer is neither flushed nor closed. */
    public Outcome write(ExportRequest request, Writer to) throws IOException, StoreFailed {
        to.write(COLUMNS);
        to.write('\n');
        Progress progress = new Progress(request.after());
        while (true) {
            // From one entry before, since the last may have been exported in part.
            List<Sequenced> entries = reader.inTime(progress.next.row() == Integer.MAX_VALUE
                    ? progress.next.sequence() : progress.next.sequence() - 1,
                    request.fromNanos(), request.toNanos(), ENTRIES_AT_ONCE, BYTES_AT_ONCE);
            if (entries.isEmpty()) {
                return new Outcome(progress.next, progress.rows, true);
            }
            Map<GradeKey, Grade> regrades = regradesOf(request, entries);
            for (Sequenced entry : entries) {
                if (entry.entry() instanceof Entry.Batch batch
                        && !writeBatch(request, entry.sequence(), batch.readings(), regrades, progress, to)) {
                    return new Outcome(progress.next, progress.rows, false);
                }
                progress.next = new ExportCursor(entry.sequence(), Integer.MAX_VALUE);
            }
        }
    }

    private static final class Progress {
        ExportCursor next;
        long rows;

        Progress(ExportCursor next) {
            this.next = next;
        }
    }

    private record GradeKey(int series, long measured) {}

    /** Returns false when the limit is reached before the batch's end. */
    private boolean writeBatch(
            ExportRequest request, long sequence, Readings readings, Map<GradeKey, Grade> regrades,
            Progress progress, Writer to)
            throws IOException {
        boolean isPartlyDone = sequence == progress.next.sequence();
        int first = isPartlyDone ? progress.next.row() + 1 : 0;
        for (int row = first; row >= 0 && row < readings.size(); row++) {
            if (!request.wants(readings.series(row), readings.measured(row))) {
                continue;
            }
            if (progress.rows == request.rowsMax()) {
                return false;
            }
            Grade grade = regrades.getOrDefault(
                    new GradeKey(readings.series(row), readings.measured(row)), readings.grade(row));
            writeRow(sequence, readings, row, grade, to);
            progress.rows++;
            progress.next = new ExportCursor(sequence, row);
        }
        return true;
    }

    private void writeRow(long sequence, Readings readings, int row, Grade grade, Writer to)
            throws IOException {
        Column column = columns.computeIfAbsent(readings.series(row), this::columnOf);
        Value value = readings.value(row);
        String raw = value.asText();
        double number = value.asDouble();
        boolean isNumber = !(value instanceof Value.Text || value instanceof Value.None);
        StringBuilder line = new StringBuilder(160);
        line.append(timeOf(readings.measured(row))).append(',')
                .append(timeOf(readings.received(row))).append(',')
                .append(quoted(site)).append(',')
                .append(column.name()).append(',')
                .append(quoted(raw)).append(',');
        if (isNumber) {
            boolean isRaw = column.calibration().equals(Calibration.NONE);
            line.append(isRaw ? raw : Double.toString(column.calibration().apply(number)));
        }
        line.append(',').append(column.unit()).append(',')
                .append(grade.flag()).append(',')
                .append(Integer.toUnsignedString(readings.status(row))).append(',')
                .append(sequence).append(',').append(row).append(',')
                .append(readings.origin(row) == TimeOrigin.SOURCE ? "source" : "arrival").append('\n');
        to.append(line);
    }

    private Map<GradeKey, Grade> regradesOf(ExportRequest request, List<Sequenced> entries)
            throws StoreFailed {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        for (Sequenced entry : entries) {
            if (entry.entry() instanceof Entry.Batch batch) {
                for (int row = 0; row < batch.readings().size(); row++) {
                    earliest = Math.min(earliest, batch.readings().measured(row));
                    latest = Math.max(latest, batch.readings().measured(row));
                }
            }
        }
        Map<GradeKey, Grade> grades = new HashMap<>();
        reader.regrades(entries.getFirst().sequence(), Math.max(earliest, request.fromNanos()),
                Math.min(latest, request.toNanos()), regrade -> grades.put(
                        new GradeKey(regrade.series(), regrade.measuredNanos()), regrade.grade()));
        return grades;
    }

    private Column columnOf(int id) {
        Series series = log.series(id);
        return new Column(quoted(series.name()), quoted(series.unit()), calibrations.apply(id));
    }

    private static String timeOf(long nanos) {
        return DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochSecond(0, nanos));
    }

    /** As RFC 4180 wants it: quotes only where a comma, a quote or a line break is in the text. */
    private static String quoted(String text) {
        boolean isPlain = text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\n') < 0
                && text.indexOf('\r') < 0;
        return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
