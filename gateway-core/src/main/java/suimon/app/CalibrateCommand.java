package suimon.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.access.Role;
import suimon.command.CalibrationForm;
import suimon.command.CommandDoor;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.GatewayConfig;
import suimon.pipeline.Alarms;
import suimon.pipeline.CalibrationDesk;
import suimon.pipeline.SeriesDesk;
import suimon.store.Log;
import suimon.store.StoreFailed;

/** Writes down a calibration: into the log while the gateway stands still, else through its API. */
@Command(name = "calibrate", description = "Write down a calibration of SERIES, or correct or withdraw one.")
final class CalibrateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SERIES", description = "its name, such as pen1/do")
    private String series = "";

    @Option(names = "--references", description = "pairs raw:reference, such as 0.05:0,8.91:9.10; :9.10 stands beside"
            + " the reading of that time")
    private String references = "";

    @Option(names = "--coefficients", description = "offset,gain[,square[,cube]] of the raw value")
    private String coefficients = "";

    @Option(names = "--unit", description = "UCUM code of the references, where not the series' own")
    private String unit = "";

    @Option(names = "--degree", description = "0 to 3; left out: 0 with one reference, 1 with more")
    private String degree = "";

    @Option(names = "--from", description = "ISO 8601 with offset; left out: now")
    private String from = "";

    @Option(names = "--bottles", description = "sequences of bottle observations that become references")
    private String bottles = "";

    @Option(names = "--corrects", description = "sequence of the calibration that this replaces; alone: withdraws it")
    private String corrects = "";

    @Option(names = "--note", description = "for who reads it later")
    private String note = "";

    @Option(names = "--by", description = "who did it (default: the user of this terminal)")
    private String by = System.getProperty("user.name", "local");

    @Option(names = "--config", description = "gateway.yaml (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("gateway.yaml");

    @Option(names = "--url", description = "the page's address, where the gateway runs and it is not http://127.0.0.1:PORT"
            + " as configured")
    private @Nullable URI url;

    @Override
    public Integer call() throws InterruptedException {
        try {
            GatewayConfig config = ConfigFile.gateway(file, new Installation().kinds());
            if (url != null) {
                return post(url);
            }
            CalibrationDesk calibrations = new CalibrationDesk(config.series());
            try (Log log = Log.open(Gateway.settings(config, calibrations), System::nanoTime)) {
                return write(config, log, calibrations);
            } catch (StoreFailed isHeld) {
                URI page = URI.create("http://127.0.0.1:" + config.web().port() + "/");
                System.err.println("suimon calibrate: " + isHeld.getMessage() + "; asking the gateway at " + page);
                return post(page);
            }
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (IOException failed) {
            System.err.println("suimon calibrate: " + failed + "; name the page's address with --url");
            return Suimon.EXIT_FAILED;
        }
    }

    private int write(GatewayConfig config, Log log, CalibrationDesk calibrations) throws InterruptedException, StoreFailed {
        Clock clock = Clock.systemUTC();
        SeriesDesk desk = new SeriesDesk(log, config.series(), calibrations);
        Calibrations.commitChanges(config, log, desk, clock);
        calibrations.read(log);
        Alarms alarms = new Alarms(config.alarms(), desk::define, log.kept(Alarms.OWNER), config.data().lateAfter(),
                System::nanoTime);
        CalibrationForm form = new CalibrationForm(
                series, from, coefficients, references, unit, degree, note, bottles, corrects);
        return switch (new CommandDoor(log, alarms, clock, calibrations)
                .calibrate(new CommandDoor.Person(by, Role.INSTALLER), form)) {
            case CommandDoor.Outcome.Done done -> {
                System.out.println("calibration " + done.sequence() + " of " + series + " is written");
                yield 0;
            }
            case CommandDoor.Outcome.Refused refused -> {
                System.err.println("suimon calibrate: " + refused.reason());
                yield Suimon.EXIT_USAGE;
            }
        };
    }

    private int post(URI page) throws IOException, InterruptedException {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("series", series);
        body.put("from", from);
        body.put("coefficients", coefficients);
        body.put("references", references);
        body.put("unit", unit);
        body.put("degree", degree);
        body.put("note", note.isEmpty() ? "" : note + " (" + by + ")");
        body.put("bottles", bottles);
        body.put("corrects", corrects);
        HttpResponse<String> answer = PageCaller.call(page, "/api/v1/calibrations", body);
        System.out.println(answer.body());
        return answer.statusCode() == 200 ? 0 : Suimon.EXIT_USAGE;
    }
}
