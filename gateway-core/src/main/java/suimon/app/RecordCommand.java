package suimon.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the running gateway on this machine for recordings. */
@Command(name = "capture", description = "Plan recordings of several sensors at the same moment: capture plan, list, cancel.",
        subcommands = {RecordCommand.Plan.class, RecordCommand.Listing.class, RecordCommand.Cancel.class})
final class RecordCommand implements Callable<Integer> {
    private static final String PATH = "api/v1/capture-jobs";

    @Override
    public Integer call() {
        System.err.println("suimon capture plan SENSOR... --at TIME [--seconds 60] | list | cancel JOB");
        return Suimon.EXIT_USAGE;
    }

    /** Plans one. */
    @Command(name = "plan", description = "Let SENSOR... record together; prints the job's id.")
    static final class Plan implements Callable<Integer> {
        @Parameters(paramLabel = "SENSOR", arity = "1..*", description = "as the captures name it, such as main/hydrant-12")
        private List<String> sensors = List.of();

        @Option(names = "--at", required = true, paramLabel = "TIME", description = "such as 2026-11-24T02:30:00Z")
        private String at = "";

        @Option(names = "--seconds", description = "how long (default: ${DEFAULT-VALUE})")
        private int seconds = 60;

        @Option(names = "--config", description = "gateway.yaml (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws InterruptedException {
            return ask(file, "", Map.of(
                    "sensors", String.join(",", sensors), "start", at, "seconds", String.valueOf(seconds)));
        }
    }

    /** Prints all. */
    @Command(name = "list", description = "Print all jobs as JSON, the latest start first.")
    static final class Listing implements Callable<Integer> {
        @Option(names = "--config", description = "gateway.yaml (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws InterruptedException {
            return ask(file, "", null);
        }
    }

    /** Takes one back. */
    @Command(name = "cancel", description = "Take JOB back.")
    static final class Cancel implements Callable<Integer> {
        @Parameters(paramLabel = "JOB")
        private String job = "";

        @Option(names = "--config", description = "gateway.yaml (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws InterruptedException {
            return ask(file, "/cancel", Map.of("job", job));
        }
    }

    private static int ask(Path file, String below, @Nullable Map<String, String> values) throws InterruptedException {
        return PageCaller.ask("suimon capture", file, "/" + PATH + below, values);
    }
}
