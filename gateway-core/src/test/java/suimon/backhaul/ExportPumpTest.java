package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.config.ExportSettings;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Books;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogSettings;

class ExportPumpTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path folder;

    private final Far far = new Far();

    /** Settings of a kind that only this test knows. */
    private record Settings(String name, List<String> series, boolean alarms, boolean required)
            implements ExportSettings {}

    /** Keeps what it was told; fails while it is down. */
    private static final class Far implements Export {
        final List<String> told = new CopyOnWriteArrayList<>();
        volatile boolean isDown;

        @Override
        public void tell(List<Told> news) throws LinkDown {
            if (isDown) {
                throw new LinkDown("down for a test");
            }
            for (Told one : news) {
                told.add(switch (one) {
                    case Told.Reading reading -> reading.series().name() + "=" + reading.value().asText();
                    case Told.Alarm alarm -> alarm.event().rule();
                });
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void onlyWhatIsMeantIsToldOnceInTheOrderOfTheLogAndCalibrated() throws Exception {
        try (Log log = open(); ExportPump pump = pump(log, List.of("pen1/#"))) {
            Series oxygen = log.define("pen1/do", new Words("酸素", "Oxygen"), "mg/L", 0);
            Series other = log.define("main/flow", new Words("酸素", "Oxygen"), "m3/h", 0);
            commit(log, oxygen, 1, 2);
            commit(log, other, 7);
            commit(log, oxygen, 3);
            pump.start();
            await(() -> far.told.size() == 3);

            commit(log, oxygen, 4);
            await(() -> far.told.size() == 4);

            assertThat(far.told).containsExactly("pen1/do=10.0", "pen1/do=20.0", "pen1/do=30.0", "pen1/do=40.0");
            await(() -> pump.standing().behind() == 0);
            assertThat(pump.standing().isUp()).isTrue();
        }
        Books.LaneBook book = java.util.Objects.requireNonNull(
                Ledger.read(folder).books().lanes().get(new Books.Lane("out", ExportPump.LANE)));
        assertThat(book.delivered()).as("entries with something meant").isEqualTo(3);
        assertThat(book.unmeant()).as("definitions and the other series").isEqualTo(3);
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    @Test
    void whatWasNotTakenComesAgainAndARestartGoesOnWhereItStood() throws Exception {
        try (Log log = open()) {
            Series oxygen = log.define("pen1/do", new Words("酸素", "Oxygen"), "mg/L", 0);
            try (ExportPump pump = pump(log, List.of())) {
                pump.start();
                commit(log, oxygen, 1);
                await(() -> far.told.size() == 1);
                far.isDown = true;
                commit(log, oxygen, 2);
                await(() -> pump.standing().state().equals("down for a test"));
                assertThat(pump.standing().isUp()).isFalse();
            }
            far.isDown = false;
            commit(log, oxygen, 3);
            try (ExportPump pump = pump(log, List.of())) {
                pump.start();
                await(() -> far.told.size() == 3);
            }
        }
        assertThat(far.told).containsExactly("pen1/do=10.0", "pen1/do=20.0", "pen1/do=30.0");
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    private ExportPump pump(Log log, List<String> series) {
        return new ExportPump(new Settings("out", series, true, false), log, (of, raw, measured) -> 10 * raw,
                Clock.systemUTC(), standing -> far);
    }

    private Log open() throws Exception {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL), System::nanoTime);
    }

    private static void commit(Log log, Series series, double... values) throws InterruptedException {
        Readings.Builder readings = new Readings.Builder(values.length);
        long at = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000_000L;
        List<Change> changes = new ArrayList<>();
        for (double value : values) {
            readings.add(series.id(), at + (long) (value * 1e9), at + (long) (value * 1e9), new Value.Float64(value),
                    Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        changes.add(new Change.SeriesCount(series.id(), values.length, values.length, 0));
        log.commit(new Commit(List.of(new Entry.Batch(readings.build(),
                new ClockStamp("boot", 1, at, ClockStamp.Trust.SYNCHRONISED))), changes));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
