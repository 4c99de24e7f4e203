package suimon.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.config.ConfigFile;
import suimon.config.ConfigProblem;
import suimon.config.ConfigRefused;
import suimon.config.FileStamp;
import suimon.config.GatewayConfig;
import suimon.config.JsonSchema;
import suimon.config.Kinds;
import suimon.store.StoreFailed;

/** The {@code suimon} command. */
@Command(name = "suimon", mixinStandardHelpOptions = true, version = "suimon " + Suimon.VERSION,
        description = "The gateway between the field and the region.",
        subcommands = {Suimon.Run.class, Demo.class, LedgerCommand.class, BenchCommand.class, HubCommand.class,
                BackupCommand.class, RestoreCommand.class, RehearseCommand.class, CaptureCommand.class, CapturesCommand.class,
                CalibrateCommand.class, KeyCommand.class,
                RecordCommand.class, RecomputeCommand.class, LinkCommand.class,
                Suimon.Check.class, Suimon.Schema.class, Suimon.UserCommand.class})
public final class Suimon implements Callable<Integer> {
    /** The configuration or the command line is wrong; nothing was started. */
    static final int EXIT_USAGE = 2;

    /** The gateway could not be started, and not because of its configuration. */
    static final int EXIT_FAILED = 1;

    static final String VERSION = "0.1.0";

    private Suimon() {}

    public static void main(String[] arguments) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(EXIT_FAILED);
        });
        // What a service waits for goes past picocli, whose reflection is a quarter of a start's work.
        int status = arguments.length == 2 && arguments[0].equals("run") && !arguments[1].startsWith("-")
                ? Run.run(Path.of(arguments[1])) : execute(arguments);
        // halt: the exit hook of a stopped gateway would wait for this very thread.
        System.out.flush();
        LogLines.end();
        Runtime.getRuntime().halt(status);
    }

    private static int execute(String[] arguments) {
        CommandLine line = new CommandLine(new Suimon());
        ToolCommand.addTo(line);
        return line.setCaseInsensitiveEnumValuesAllowed(true).execute(arguments);
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.out);
        return EXIT_USAGE;
    }

    /** Prints all problems, one a line; an editor can jump to each. */
    static int refuse(ConfigRefused refusal) {
        for (ConfigProblem problem : refusal.problems()) {
            System.err.println(problem);
        }
        System.err.println(refusal.problems().size() + " problem(s); nothing was started");
        return EXIT_USAGE;
    }

    /** Runs the gateway until it is told to stop. */
    @Command(name = "run", description = "Run the gateway that FILE describes.")
    static final class Run implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "gateway.yaml")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws Exception {
            return run(file);
        }

        static int run(Path file) throws Exception {
            Supervisor supervisor = new Supervisor();
            FileStamp stamp = ConfigWatch.stampOf(file);
            try (Gateway gateway = start(file, supervisor)) {
                supervisor.start(ConfigWatch.NAME, gateway.watch(file, stamp)::run);
                System.out.println(gateway.greeting());
                supervisor.endOnSignal();
                return supervisor.await();
            } catch (ConfigRefused refusal) {
                return refuse(refusal);
            } catch (StoreFailed failed) {
                System.err.println("suimon run: " + failed.getMessage());
                return EXIT_FAILED;
            }
        }

        private static Gateway start(Path file, Supervisor supervisor) throws Exception {
            ClassPathAhead ahead = new ClassPathAhead();
            try {
                Installation installation = new Installation();
                return Gateway.start(ConfigFile.gateway(file, installation.kinds()), installation, supervisor);
            } finally {
                ahead.release();
            }
        }
    }

    /** Says everything that is wrong with a file. */
    @Command(name = "check", description = "Say everything that is wrong with FILE; exit 0 when nothing is.")
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "gateway.yaml, or hub.yaml with --hub")
        private Path file = Path.of("gateway.yaml");

        @Option(names = "--hub", description = "FILE describes a hub")
        private boolean isHub;

        @Override
        public Integer call() {
            Kinds kinds = new Installation().kinds();
            try {
                if (isHub) {
                    ConfigFile.hub(file, kinds);
                    System.out.println(file + ": good");
                } else {
                    GatewayConfig config = ConfigFile.gateway(file, kinds);
                    System.out.println(file + ": good; " + config.sources().size() + " sources, "
                            + config.series().size() + " series, " + config.alarms().size() + " alarms, "
                            + config.models().size() + " models, " + config.uplinks().size() + " uplinks");
                }
                return 0;
            } catch (ConfigRefused refusal) {
                return refuse(refusal);
            }
        }
    }

    /** Prints the schema for editors. */
    @Command(name = "schema", description = "Print the JSON Schema of gateway.yaml, or of hub.yaml with --hub.")
    static final class Schema implements Callable<Integer> {
        @Option(names = "--hub", description = "of hub.yaml")
        private boolean isHub;

        @Override
        public Integer call() {
            Kinds kinds = new Installation().kinds();
            System.out.print(isHub ? JsonSchema.hub(kinds) : JsonSchema.gateway(kinds));
            return 0;
        }
    }

    /** Users and devices. */
    @Command(name = "user", description = "Users of the page and devices of the listener.",
            subcommands = {UserAdd.class, UserRemove.class})
    static final class UserCommand implements Callable<Integer> {
        @Override
        public Integer call() {
            System.err.println("suimon user add NAME --role operator|installer|data|device, or user remove NAME");
            return EXIT_USAGE;
        }
    }

    /** Adds one; the password comes from the terminal or standard input, never from the arguments. */
    @Command(name = "add", description = "Add NAME or change its password.")
    static final class UserAdd implements Callable<Integer> {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(names = "--role", required = true, description = "${COMPLETION-CANDIDATES}")
        private Role role = Role.OPERATOR;

        @Option(names = "--config", description = "gateway.yaml, for its data folder (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws Exception {
            try {
                GatewayConfig config = ConfigFile.gateway(file, new Installation().kinds());
                new CredentialFile(config.data().folder().resolve("users")).put(name, role, password());
                System.out.println("added " + name + "; no restart needed");
                return 0;
            } catch (ConfigRefused refusal) {
                return refuse(refusal);
            } catch (java.io.IOException refused) {
                System.err.println(refused.getMessage());
                return EXIT_USAGE;
            }
        }

        private static String password() throws java.io.IOException {
            if (System.console() != null) {
                return new String(System.console().readPassword("Password (8 characters or more): "));
            }
            String line = new java.io.BufferedReader(new java.io.InputStreamReader(
                    System.in, java.nio.charset.StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        }
    }

    /** Removes one; the listener closes its connections within seconds. */
    @Command(name = "remove", description = "Remove NAME; connections of a device end within seconds.")
    static final class UserRemove implements Callable<Integer> {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(names = "--config", description = "gateway.yaml, for its data folder (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("gateway.yaml");

        @Override
        public Integer call() throws Exception {
            try {
                GatewayConfig config = ConfigFile.gateway(file, new Installation().kinds());
                boolean was = new CredentialFile(config.data().folder().resolve("users")).remove(name);
                System.out.println(was ? "removed " + name + "; no restart needed" : "there is no user " + name);
                return was ? 0 : EXIT_FAILED;
            } catch (ConfigRefused refusal) {
                return refuse(refusal);
            } catch (java.io.IOException refused) {
                System.err.println(refused.getMessage());
                return EXIT_USAGE;
            }
        }
    }
}
