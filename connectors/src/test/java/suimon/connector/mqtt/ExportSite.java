package suimon.connector.mqtt;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import suimon.backhaul.Export;
import suimon.backhaul.ExportContext;
import suimon.backhaul.ExportPump;
import suimon.config.DataConfig.Durability;
import suimon.config.ExportSettings;
import suimon.reading.AlarmEvent;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogSettings;

/** A gateway's log with one export, which can be stopped and started. */
public final class ExportSite implements AutoCloseable {
    private final Path folder;
    private final Log log;

    public ExportSite(Path folder) throws Exception {
        this.folder = folder;
        log = Log.open(new LogSettings(folder.resolve("log"), 1L << 30, Durability.FULL), System::nanoTime);
    }

    /** Starts to tell; what the export gets is what the gateway would give it. */
    public ExportPump start(ExportSettings settings, Function<ExportContext, Export> opener) {
        ExportPump pump = new ExportPump(settings, log, (series, raw, measured) -> raw, Clock.systemUTC(),
                standing -> opener.apply(
                        new ExportContext("pen-1", standing, folder.resolve("export"), Clock.systemUTC())));
        pump.start();
        return pump;
    }

    /** Commits one reading, received when it was measured. */
    public void commit(String name, String unit, Value value, Grade grade, Instant at) throws Exception {
        Series series = log.define(name, new Words(name, name), unit, 0);
        Readings readings = new Readings.Builder(1)
                .add(series.id(), Nanos.of(at), Nanos.of(at), value, grade, 0, TimeOrigin.SOURCE).build();
        log.commit(new Commit(
                List.of(new Entry.Batch(readings,
                        new ClockStamp("boot", 1, Nanos.of(at), ClockStamp.Trust.SYNCHRONISED))),
                List.of(new Change.SeriesCount(series.id(), 1, 1, 0))));
    }

    public void commit(AlarmEvent event) throws Exception {
        log.commit(new Commit(List.of(new Entry.Alarm(event)), List.of()));
    }

    @Override
    public void close() {
        log.close();
    }
}
