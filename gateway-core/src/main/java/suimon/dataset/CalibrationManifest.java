package suimon.dataset;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.Entry;
import suimon.reading.Series;
import suimon.store.CalibrationBook;
import suimon.store.CalibrationDue;
import suimon.store.CalibrationDrift;

/** A calibration as a line of JSON, and all of them as a table beside the readings. */
public final class CalibrationManifest {
    /** The table's first row. */
    public static final String CSV_HEADER = "calibration,series,from,offset,gain,square,cube,method,unit,references,"
            + "drift_residual,drift_per_day,drift_days,by,written_at,note,replaced_by\r\n";

    private CalibrationManifest() {}

    /** The line, without its end. */
    public static String line(CalibrationBook book, CalibrationBook.Line line, Series about) {
        Entry.Calibration entry = line.entry();
        Calibration curve = entry.curve();
        CalibrationDrift drift = book.driftUntil(line);
        return "{\"sequence\":" + line.sequence()
                + ",\"series\":" + JsonText.of(about.name())
                + ",\"unit\":" + JsonText.of(about.unit())
                + ",\"from\":" + JsonText.of(entry.from().toString())
                + ",\"coefficients\":[" + curve.offset() + "," + curve.gain() + "," + curve.square() + ","
                + curve.cube() + "]"
                + ",\"method\":" + JsonText.of(entry.sheet().method().name())
                + ",\"references\":[" + entry.sheet().references().stream().map(pair -> pair(curve, pair))
                        .collect(Collectors.joining(",")) + "]"
                + ",\"drift\":" + drift(drift)
                + ",\"by\":" + JsonText.of(entry.by())
                + ",\"writtenAt\":" + JsonText.of(CalibrationBook.writtenAt(entry).toString())
                + ",\"note\":" + JsonText.of(entry.note())
                + ",\"withdrawn\":" + entry.isWithdrawal()
                + ",\"replacedBy\":" + (line.replacedBy() == 0 ? "null" : line.replacedBy()) + "}";
    }

    /** When a series is due, as an object of JSON. */
    public static String due(CalibrationDue due) {
        return "{\"series\":" + JsonText.of(due.series())
                + ",\"everySeconds\":" + due.every().toSeconds()
                + ",\"lastAt\":" + (due.lastAt() == null ? "null" : JsonText.of(due.lastAt().toString()))
                + ",\"dueAt\":" + (due.dueAt() == null ? "null" : JsonText.of(due.dueAt().toString()))
                + ",\"state\":" + JsonText.of(due.state().name()) + "}";
    }

    private static String pair(Calibration curve, CalibrationSheet.Reference pair) {
        return "{\"raw\":" + pair.raw() + ",\"reference\":" + pair.reference() + ",\"residual\":"
                + (curve.apply(pair.raw()) - pair.reference()) + "}";
    }

    private static String drift(@Nullable CalibrationDrift drift) {
        return drift == null ? "null" : "{\"residual\":" + drift.residual() + ",\"perDay\":" + drift.perDay()
                + ",\"days\":" + drift.days() + "}";
    }

    /** A row of the table with its end; references as {@code raw:reference} pairs. */
    public static String row(CalibrationBook book, CalibrationBook.Line line, Series about) {
        Entry.Calibration entry = line.entry();
        Calibration curve = entry.curve();
        CalibrationDrift drift = book.driftUntil(line);
        List<Object> cells = List.of(line.sequence(), CsvStream.cell(about.name()), entry.from(), curve.offset(), curve.gain(),
                curve.square(), curve.cube(), entry.sheet().method(), CsvStream.cell(about.unit()),
                entry.sheet().references().stream().map(pair -> pair.raw() + ":" + pair.reference())
                        .collect(Collectors.joining(" ")),
                drift == null ? "" : drift.residual(), drift == null ? "" : drift.perDay(),
                drift == null ? "" : drift.days(), CsvStream.cell(entry.by()), CalibrationBook.writtenAt(entry),
                CsvStream.cell(entry.note()), line.replacedBy() == 0 ? "" : line.replacedBy());
        return cells.stream().map(String::valueOf).collect(Collectors.joining(",")) + "\r\n";
    }
}
