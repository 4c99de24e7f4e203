package suimon.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.DataSize;
import suimon.config.GatewayConfig;
import suimon.config.ModelConfig;
import suimon.reading.Words;
import suimon.store.Books;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/**
 * Answers an installer's question: how many sensors can this box carry, with these models? Loads a
 * gateway of its own until acknowledgements fall behind or the CPU is used up.
 */
@Command(name = "bench", description = "Measure how many sensors this box carries, and how long its flash lasts.")
final class BenchCommand implements Callable<Integer> {
    /** Readings per second of a pen: six series every ten seconds. */
    private static final double PER_PEN = BenchLoad.QUANTITIES.size() / 10.0;
    private static final double FIRST_RATE = 500;
    private static final double RATE_MAX = 200_000;
    private static final int STEPS = 12;
    private static final int WIDTH = 30;
    private static final long SEED = 42;
    private static final String LOCK = "suimon.lock";

    @Option(names = "--for", paramLabel = "SITE.yaml", description = "a gateway.yaml: its models, deadline, budget, disk")
    private @Nullable Path file;

    @Option(names = "--seconds", description = "how long to measure (default: ${DEFAULT-VALUE})")
    private int seconds = 60;

    @Option(names = "--flash", description = "size of the medium (default: ${DEFAULT-VALUE})")
    private String flash = "16GB";

    @Option(names = "--cycles", description = "how often its cells may be written (default: ${DEFAULT-VALUE})")
    private long cycles = 3000;

    @Option(names = "--amplification",
            description = "what the medium writes per byte it is told to (default: ${DEFAULT-VALUE})")
    private double amplification = 2;

    @Option(names = "--cpu", description = "share of the CPU, in percent, that ends the climb (default: ${DEFAULT-VALUE})")
    private int cpuLimit = 70;

    @Option(names = "--lang", description = "ja or en; left out: both")
    private @Nullable String language;

    @Option(names = "--json", description = "print the result as JSON only")
    private boolean isJson;

    @Option(names = "--anyway", description = "measure although the site's gateway runs")
    private boolean isAnyway;

    @Override
    public Integer call() throws Exception {
        try {
            GatewayConfig site = file == null ? null : ConfigFile.gateway(file, new Installation().kinds());
            Path data = site == null ? Path.of("var", "suimon") : site.data().folder();
            if (!isAnyway && isInUse(data)) {
                System.err.println("suimon bench: " + data + " のゲートウェイが動いています。止めるか --anyway を付けてください"
                        + " / its gateway runs; stop it, or add --anyway");
                return Suimon.EXIT_USAGE;
            }
            BenchReport report = measure(site, data);
            print(report);
            return report.balances() ? 0 : 1;
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (IOException | StoreFailed | IllegalArgumentException failed) {
            System.err.println("suimon bench: " + failed.getMessage());
            return Suimon.EXIT_USAGE;
        }
    }

    /** Whether another process owns the folder; a folder that is not there is owned by nobody. */
    private static boolean isInUse(Path data) throws IOException {
        Path lock = data.resolve(LOCK);
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock taken = channel.tryLock()) {
            return taken == null;
        }
    }

    private BenchReport measure(@Nullable GatewayConfig site, Path data)
            throws IOException, InterruptedException, StoreFailed {
        BenchReport.Flash medium = new BenchReport.Flash(DataSize.parse(flash).bytes(), cycles, amplification);
        Duration within = site == null ? Duration.ofSeconds(1) : site.data().acknowledgeWithin();
        try (BenchGateway gateway = BenchGateway.start(site, data);
                BenchLoad load = new BenchLoad(gateway.port(), SEED)) {
            history(site, load);
            Climb climb = new Climb(gateway, load, within);
            climb.run();
            double carried = Math.max(PER_PEN, Math.min(climb.best.perSecond(), BenchLoad.PENS * PER_PEN));
            progress(STEPS, carried);
            BenchReport.Load atSite = climb.step(carried, climb.span().multipliedBy(2));
            load.settle();
            gateway.stop();
            Ledger ledger = Ledger.read(gateway.data());
            progress(STEPS + 2, carried);
            return new BenchReport(climb.best.perSecond(), climb.limitedBy, climb.best, atSite,
                    (int) (Math.min(carried, climb.best.perSecond()) / PER_PEN), models(site), stored(ledger, site, true), load.published(),
                    load.acknowledged(), stored(ledger, site, false), ledger.balanced(), medium);
        }
    }

    /** Two days of hourly values for each series a model reads, so that models have what they need. */
    private static void history(@Nullable GatewayConfig site, BenchLoad load)
            throws IOException, InterruptedException {
        List<String> inputs = site == null || site.models().isEmpty()
                ? List.of("bench/pen0000/do", "bench/pen0000/temperature", "bench/pen0000/salinity")
                : site.models().stream().flatMap(model -> model.inputs().values().stream()).distinct()
                        .filter(name -> !name.contains("{")).map(name -> "bench/" + name).toList();
        long hour = Duration.ofHours(1).toMillis();
        long last = System.currentTimeMillis() / hour * hour - hour;
        for (int back = 60; back >= 0; back--) {
            for (String topic : inputs) {
                load.publish(topic, 8 + Math.sin(back / 4.0), last - back * hour);
            }
        }
        load.settle();
    }

    private static List<String> models(@Nullable GatewayConfig site) {
        return site == null || site.models().isEmpty() ? List.of("hypoxia")
                : site.models().stream().map(ModelConfig::packageName).distinct().sorted().toList();
    }

    /** Readings in the books: of sensors, or the values that models made of them. */
    private static long stored(Ledger ledger, @Nullable GatewayConfig site, boolean ofModels) {
        List<String> outputs = site == null || site.models().isEmpty() ? List.of("bench/forecast/")
                : site.models().stream().map(model -> model.outputs().split("\\{", 2)[0]).toList();
        return ledger.books().series().entrySet().stream()
                .filter(entry -> ofModels == outputs.stream().anyMatch(
                        ledger.names().getOrDefault(entry.getKey(), "")::startsWith))
                .map(java.util.Map.Entry::getValue).mapToLong(Books.SeriesBook::stored).sum();
    }

    /** Doubles the rate until something gives way, then looks twice in between. */
    private final class Climb {
        private final BenchGateway gateway;
        private final BenchLoad load;
        private final Duration within;
        private BenchReport.Load best = new BenchReport.Load(0, 0, 0, 0, 0, 0);
        private Words limitedBy = new Words("測定の上限", "the end of the scale");
        private int steps;

        Climb(BenchGateway gateway, BenchLoad load, Duration within) {
            this.gateway = gateway;
            this.load = load;
            this.within = within;
        }

        Duration span() {
            return Duration.ofMillis(Math.max(500, seconds * 1000L / (STEPS + 2)));
        }

        void run() throws IOException, InterruptedException {
            // A process that has just started is still being compiled.
            load.run(FIRST_RATE, span());
            double rate = FIRST_RATE;
            // A second chance: what else the machine did for a moment is not its limit.
            while (rate <= RATE_MAX && steps < STEPS - 3 && holdsAtLast(rate)) {
                rate *= 2;
            }
            if (best.perSecond() > 0 && rate <= RATE_MAX) {
                holds(holds(rate * 0.75) ? rate * 0.875 : rate * 0.625);
            }
            for (double less = FIRST_RATE / 2; best.perSecond() == 0 && less >= 2 * PER_PEN; less /= 2) {
                holds(less);
            }
        }

        private boolean holdsAtLast(double rate) throws IOException, InterruptedException {
            boolean first = holds(rate);
            return first || steps < STEPS - 3 && holds(rate);
        }

        private boolean holds(double rate) throws IOException, InterruptedException {
            progress(++steps, rate);
            BenchReport.Load found = step(rate, span());
            if (found.p99() > within.toNanos()) {
                limitedBy = new Words("受信確認の遅れ", "acknowledgements that fell behind");
                return false;
            }
            if (found.perSecond() < rate * 0.95) {
                limitedBy = new Words("受信が追いつかない", "a rate that was not reached");
                return false;
            }
            if (found.cpu() * 100 > cpuLimit) {
                limitedBy = new Words("CPU の使用率", "the CPU");
                return false;
            }
            best = found.perSecond() > best.perSecond() ? found : best;
            return true;
        }

        BenchReport.Load step(double rate, Duration length) throws IOException, InterruptedException {
            if (!gateway.isAlive()) {
                throw new IOException("the gateway that was measured has ended");
            }
            double cpu = gateway.cpuSeconds();
            long written = gateway.writtenBytes();
            long begin = System.nanoTime();
            BenchLoad.Step step = load.run(rate, length);
            double took = (System.nanoTime() - begin) / 1e9;
            return new BenchReport.Load(Math.min(rate, step.reached()), step.p50(), step.p99(),
                    (gateway.cpuSeconds() - cpu) / took / Runtime.getRuntime().availableProcessors(),
                    gateway.residentBytes(), (gateway.writtenBytes() - written) / took * 86_400);
        }
    }

    private void progress(int step, double rate) {
        if (isJson) {
            return;
        }
        int share = Math.min(100, step * 100 / (STEPS + 2));
        String words = String.format(Locale.ROOT, "%3d %%  %,.0f/s", share, rate);
        if (System.console() != null && System.console().isTerminal()) {
            int filled = share * WIDTH / 100;
            System.out.print("\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + words + "      "
                    + (share == 100 ? "\n" : ""));
            System.out.flush();
        } else {
            System.out.println(words);
        }
    }

    private void print(BenchReport report) {
        if (isJson) {
            System.out.print(report.json());
            return;
        }
        if (!"en".equals(language)) {
            System.out.print(report.japanese());
        }
        if (!"ja".equals(language)) {
            System.out.print(report.english());
        }
    }
}
