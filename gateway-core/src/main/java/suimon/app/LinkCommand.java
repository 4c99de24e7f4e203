package suimon.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an installer asks about the ways out of the site. */
@Command(name = "link", description = "How the ways out of the site stand, and what they will cost.",
        subcommands = {LinkCommand.Standing.class, LinkForecastCommand.class})
final class LinkCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.err.println("suimon link status|forecast");
        return Suimon.EXIT_USAGE;
    }

    /** Asks the gateway that runs. */
    @Command(name = "status", description = "Print as JSON how each uplink and each of its paths stands.")
    static final class Standing implements Callable<Integer> {
        @Option(names = "--config", description = "gateway.yaml (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws InterruptedException {
            return PageCaller.ask("suimon link", file, "/api/v1/links", null);
        }
    }
}
