package suimon.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Calibration;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.StoreFailed;

class CsvExportTest {
    private static final long START = 1_700_000_000_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void everyTypeIsWrittenExactlyWithItsContext() throws Exception {
        try (Log log = open(); LogReader reader = log.reader()) {
            int id = log.define("pen1/do", Words.same("DO"), "mg/L", 0).id();
            Readings.Builder rows = new Readings.Builder(8);
            add(rows, id, START, new Value.Decimal(750, 2), Grade.GOOD, 0);
            add(rows, id, START + 1, new Value.Float64(-0.0), Grade.SUSPECT, 0);
            add(rows, id, START + 2, new Value.UInt64(-1), Grade.GOOD, 0x80000000);
            add(rows, id, START + 3, new Value.Text("a,\"b\"\nc"), Grade.NOT_EVALUATED, 0);
            add(rows, id, START + 4, new Value.None(), Grade.MISSING, 0);
            log.commit(commit(rows));
            log.commit(new Commit(List.of(new Entry.Regrade(id, START, Grade.FAIL, "spike")), List.of()));

            String csv = export(log, reader, all(100), new Calibration(1, 2));

            String at = "2023-11-14T22:13:20.00000000";
            assertThat(csv).isEqualTo(CsvExport.COLUMNS + "\n"
                    + "2023-11-14T22:13:20Z,2023-11-14T22:13:20.000000007Z,pen,pen1/do,7.50,16.0,mg/L,4,0,2,0,source\n"
                    + at + "1Z," + at + "8Z,pen,pen1/do,-0.0,1.0,mg/L,3,0,2,1,source\n"
                    + at + "2Z," + at + "9Z,pen,pen1/do,18446744073709551615,3.6893488147419103E19,mg/L,1,2147483648,2,2,source\n"
                    + at + "3Z,2023-11-14T22:13:20.000000010Z,pen,pen1/do,\"a,\"\"b\"\"\nc\",,mg/L,2,0,2,3,source\n"
                    + at + "4Z,2023-11-14T22:13:20.000000011Z,pen,pen1/do,,,mg/L,9,0,2,4,source\n");
        }
    }

    @Test
    void pagesOfAnySizeTogetherAreTheWhole() throws Exception {
        try (Log log = open(); LogReader reader = log.reader()) {
            int wanted = log.define("a", Words.same("a"), "", 0).id();
            int other = log.define("b", Words.same("b"), "", 0).id();
            for (int batch = 0; batch < 700; batch++) {
                Readings.Builder rows = new Readings.Builder(8);
                for (int row = 0; row < 5; row++) {
                    add(rows, row % 2 == 0 ? wanted : other, START + batch * 10L + row,
                            new Value.Int64(batch), Grade.GOOD, 0);
                }
                log.submit(commit(rows));
            }
            log.commit(new Commit(List.of(), List.of()));
            List<String> whole = linesOf(export(log, reader,
                    new ExportRequest(Set.of(wanted), START + 1000, START + 6000, ExportCursor.START, 100_000),
                    Calibration.NONE));

            List<String> paged = new ArrayList<>();
            ExportCursor cursor = ExportCursor.START;
            boolean isComplete = false;
            while (!isComplete) {
                StringWriter page = new StringWriter();
                var outcome = new CsvExport(log, reader, "pen", id -> Calibration.NONE).write(
                        new ExportRequest(Set.of(wanted), START + 1000, START + 6000, cursor, 7), page);
                assertThat(outcome.rows()).isLessThanOrEqualTo(7);
                paged.addAll(linesOf(page.toString()));
                cursor = ExportCursor.parse(outcome.next().toString());
                isComplete = outcome.isComplete();
            }

            assertThat(whole).hasSize(1500);
            assertThat(paged).isEqualTo(whole);
        }
    }

    @Test
    void whatIsNoCursorIsRefusedWithAnExample() {
        assertThat(ExportCursor.parse("17.3")).isEqualTo(new ExportCursor(17, 3));
        assertThatThrownBy(() -> ExportCursor.parse("yesterday")).hasMessageContaining("1042.17");
        assertThatThrownBy(() -> ExportCursor.parse("-1")).hasMessageContaining("1042.17");
    }

    private static ExportRequest all(long rowsMax) {
        return new ExportRequest(Set.of(), Long.MIN_VALUE, Long.MAX_VALUE, ExportCursor.START, rowsMax);
    }

    private static String export(Log log, LogReader reader, ExportRequest request, Calibration calibration)
            throws Exception {
        StringWriter text = new StringWriter();
        new CsvExport(log, reader, "pen", id -> calibration).write(request, text);
        return text.toString();
    }

    private static List<String> linesOf(String csv) {
        return csv.lines().skip(1).toList();
    }

    private static void add(Readings.Builder rows, int series, long time, Value value, Grade grade, int status) {
        rows.add(series, time, time + 7, value, grade, status, TimeOrigin.SOURCE);
    }

    private static Commit commit(Readings.Builder rows) {
        return new Commit(List.of(new Entry.Batch(rows.build(),
                new ClockStamp("boot", 0, START, ClockStamp.Trust.SYNCHRONISED))), List.of());
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL), System::nanoTime);
    }
}
