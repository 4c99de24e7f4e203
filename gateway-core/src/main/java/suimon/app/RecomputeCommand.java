package suimon.app;

import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.GatewayConfig;
import suimon.pipeline.CalibrationDesk;
import suimon.pipeline.Recomputation;
import suimon.pipeline.SeriesDesk;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/** Computes derived series again by the calibrations of now, while the gateway stands still. */
@Command(name = "recompute", description = "Compute derived series again by the calibrations of now; results that differ"
        + " are added as revisions. The gateway must stand still.")
final class RecomputeCommand implements Callable<Integer> {
    @Option(names = "--from", required = true, description = "ISO 8601 with offset")
    private String from = "";

    @Option(names = "--to", description = "likewise; left out: now")
    private String to = "";

    @Option(names = "--dry-run", description = "write nothing, only say what would change")
    private boolean isDry;

    @Option(names = "--by", description = "who did it (default: the user of this terminal)")
    private String by = System.getProperty("user.name", "local");

    @Option(names = "--config", description = "gateway.yaml (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("gateway.yaml");

    @Override
    public Integer call() throws InterruptedException {
        Clock clock = Clock.systemUTC();
        try {
            Instant begin = OffsetDateTime.parse(from).toInstant();
            Instant end = to.isEmpty() ? clock.instant() : OffsetDateTime.parse(to).toInstant();
            GatewayConfig config = ConfigFile.gateway(file, new Installation().kinds());
            CalibrationDesk calibrations = new CalibrationDesk(config.series());
            try (Log log = Log.open(Gateway.settings(config, calibrations), System::nanoTime);
                    LogReader reader = log.reader()) {
                Calibrations.commitChanges(config, log, new SeriesDesk(log, config.series(), calibrations), clock);
                calibrations.read(log);
                // Nobody dates these anew: the time is that of who sits here.
                ClockStamp stamp = new ClockStamp(Boot.id(), System.nanoTime(), Nanos.of(clock.instant()),
                        ClockStamp.Trust.HOLDOVER);
                Map<String, Recomputation.Found> found = new TreeMap<>(
                        new Recomputation(log, reader, config.series(), calibrations).run(begin, end, isDry ? null : stamp));
                found.forEach((series, one) -> System.out.println(words(series, one)));
                long written = found.values().stream().mapToLong(one -> one.changed() + one.missing()).sum();
                if (!isDry && written > 0) {
                    log.commit(new Commit(List.of(new Entry.Audit(by, "recompute", "derived",
                            written + " results from " + begin + " to " + end, clock.instant())), List.of()));
                }
                System.out.println(found.isEmpty() ? "nothing to compute in that time"
                        : written + (isDry ? " would be written" : " written") + "; measured series need none: their"
                                + " values are read by the present calibrations");
                return 0;
            }
        } catch (DateTimeException unreadable) {
            System.err.println("suimon recompute: found '" + (to.isEmpty() ? from : from + "' and '" + to)
                    + "', expected times such as 2026-07-01T00:00:00+09:00");
            return Suimon.EXIT_USAGE;
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (StoreFailed failed) {
            System.err.println("suimon recompute: " + failed.getMessage());
            return Suimon.EXIT_FAILED;
        }
    }

    private static String words(String series, Recomputation.Found one) {
        return series + ": " + one.computed() + " results, " + one.changed() + " differ"
                + (one.changed() == 0 ? "" : " by at most " + one.most()) + ", " + one.missing() + " were missing";
    }
}
