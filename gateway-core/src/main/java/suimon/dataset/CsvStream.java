package suimon.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;
import suimon.reading.Calibration;
import suimon.reading.CalibrationHistory;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Rows of a plan as CSV (RFC 4180) in gzip (RFC 1952), made a little at a time as somebody reads
 * them, so that memory stays flat however long the log is. For one reader thread at a time.
 */
final class CsvStream extends InputStream {
    static final String HEADER =
            "sequence,series,time,received_time,value,raw_value,unit,grade,status,time_origin,tests,calibration,"
                    + "clock\r\n";

    /** Taken before the time was known and dated since. */
    private static final String REDATED = "REDATED";

    private final LogReader reader;
    private final Dataset.Plan plan;
    private final Dataset.Selection selection;
    private final Calibrations calibrations;
    private final IntFunction<Series> series;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private final GZIPOutputStream zip;
    private final StringBuilder rows = new StringBuilder(HEADER);
    private byte[] ready = new byte[0];
    private int taken;
    private long position;
    /** Of the newest batch: a regrade comes right after what it is about. */
    private long shift;
    private boolean isOver;

    CsvStream(
            LogReader reader, Dataset.Plan plan, Dataset.Selection selection, Calibrations calibrations,
            IntFunction<Series> series) {
        this.reader = reader;
        this.plan = plan;
        this.selection = selection;
        this.calibrations = calibrations;
        this.series = series;
        this.position = plan.from();
        try {
            this.zip = new GZIPOutputStream(made, 8192);
        } catch (IOException impossible) {
            throw new IllegalStateException("an array never fails", impossible);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (taken == ready.length && !isOver) {
            fill();
        }
        if (taken == ready.length) {
            return -1;
        }
        int count = Math.min(length, ready.length - taken);
        System.arraycopy(ready, taken, into, offset, count);
        taken += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        isOver = true;
        reader.close();
    }

    private void fill() throws IOException {
        List<Sequenced> entries;
        try {
            entries = position < plan.through()
                    ? reader.inTime(position, selection.storedFrom(), selection.storedTo(), Dataset.ENTRIES_AT_ONCE,
                            Dataset.BYTES_AT_ONCE) : List.of();
            for (Sequenced each : entries) {
                position = each.sequence();
                if (position <= plan.through()) {
                    write(each.sequence(), each.entry());
                }
            }
        } catch (StoreFailed failed) {
            // The reader of the rows must not take a cut pull for a whole one.
            throw new IOException("the pull broke off after entry " + position + ": " + failed.getMessage(), failed);
        }
        zip.write(rows.toString().getBytes(StandardCharsets.UTF_8));
        rows.setLength(0);
        if (entries.isEmpty()) {
            zip.finish();
            isOver = true;
        }
        ready = made.toByteArray();
        taken = 0;
        made.reset();
    }

    private void write(long sequence, Entry entry) throws StoreFailed {
        switch (entry) {
            case Entry.Batch batch -> {
                Readings readings = selection.redatings().redated(batch);
                shift = selection.redatings().shift(batch);
                String clock = shift == 0 ? batch.clock().trust().name() : REDATED;
                for (int row = 0; row < readings.size(); row++) {
                    if (selection.has(readings.series(row), readings.measured(row))) {
                        write(sequence, readings, row, readings.grade(row), readings.tests(row), clock);
                    }
                }
            }
            case Entry.Regrade regrade -> {
                long measured = regrade.measuredNanos();
                if (selection.has(regrade.series(), measured)) {
                    Readings found = reader.readings(regrade.series(), measured, measured + 1, 1);
                    if (found.size() > 0) {
                        found = found.origin(0) == TimeOrigin.ARRIVAL ? found.moved(shift) : found;
                        write(sequence, found, 0, regrade.grade(), regrade.tests(), "");
                    }
                }
            }
            case Entry.SeriesDefined ignored -> { }
            case Entry.Reject ignored -> { }
            case Entry.Gap ignored -> { }
            case Entry.Inference ignored -> { }
            case Entry.Alarm ignored -> { }
            case Entry.Label ignored -> { }
            case Entry.Observation ignored -> { }
            case Entry.Aggregate ignored -> { }
            case Entry.Calibration ignored -> { }
            case Entry.ClockFix ignored -> { }
            case Entry.Audit ignored -> { }
        }
    }

    private void write(long sequence, Readings readings, int row, Grade grade, int tests, String clock) {
        Series about = series.apply(readings.series(row));
        Instant measured = instant(readings.measured(row));
        Value value = readings.value(row);
        String raw = value.asText();
        rows.append(sequence).append(',');
        text(about.name()).append(',');
        rows.append(measured).append(',').append(instant(readings.received(row))).append(',');
        CalibrationHistory history = calibrations.of(about);
        text(calibrated(history.at(readings.measured(row)), value, raw)).append(',');
        text(raw).append(',');
        text(about.unit()).append(',');
        rows.append(grade.flag()).append(",0x")
                .append(HexFormat.of().withUpperCase().toHexDigits(readings.status(row))).append(',')
                .append(readings.origin(row)).append(',').append(QualityTest.names(tests)).append(',')
                .append(history.sequenceAt(readings.measured(row))).append(',').append(clock).append("\r\n");
    }

    /** The raw text where nothing is corrected: no digit is added or lost. */
    private static String calibrated(Calibration calibration, Value value, String raw) {
        double number = value.asDouble();
        return calibration.isNone() || Double.isNaN(number)
                ? raw : Double.toString(calibration.apply(number));
    }

    private StringBuilder text(String words) {
        return rows.append(cell(words));
    }

    /** Text as one cell (RFC 4180). */
    static String cell(String words) {
        boolean isPlain = words.chars().noneMatch(each -> each == ',' || each == '"' || each < ' ');
        return isPlain ? words : '"' + words.replace("\"", "\"\"") + '"';
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
