package suimon.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.GatewayConfig;
import suimon.config.ModelConfig;
import suimon.pipeline.Alarms;
import suimon.pipeline.Contract;
import suimon.pipeline.Insight;
import suimon.pipeline.ModelPackage;
import suimon.pipeline.ModelStatus;
import suimon.pipeline.Preview;
import suimon.pipeline.Results;
import suimon.reading.Words;
import suimon.store.Log;
import suimon.store.StoreFailed;
import suimon.web.Status;

/** The insight thread's life: load the models, tell who is left out, work through the log. */
final class InsightThread implements AutoCloseable {
    static final String NAME = "insight";

    private static final Logger LOG = LoggerFactory.getLogger(InsightThread.class);

    private final GatewayConfig config;
    private final Log log;
    private final Alarms alarms;
    private final SafeStart safeStart;
    private final Insight.Surroundings surroundings;
    private final Clock clock;
    private final Preview preview;
    private volatile @Nullable ModelBay bay;
    private volatile @Nullable Insight insight;
    private volatile @Nullable Instant provedAt;
    private volatile @Nullable Results results;
    private final CountDownLatch loadedModels = new CountDownLatch(1);
    private final CountDownLatch wired = new CountDownLatch(1);

    InsightThread(
            GatewayConfig config, Log log, Alarms alarms, SafeStart safeStart, Insight.Surroundings surroundings,
            Clock clock, Preview preview) {
        this.config = config;
        this.log = log;
        this.alarms = alarms;
        this.safeStart = safeStart;
        this.surroundings = surroundings;
        this.clock = clock;
        this.preview = preview;
    }

    /**
     * Runs until interrupted. Loading takes longest of all that a first result waits for and needs
     * nothing but the log, so it is begun before the rest of the gateway is there; {@link #wire}
     * lets it go on.
     */
    void run() throws InterruptedException, StoreFailed {
        ModelBay loaded = ModelBay.load(config, safeStart);
        bay = loaded;
        provedAt = clock.instant();
        loadedModels.countDown();
        wired.await();
        GatewayAlarms.leftOut(alarms, log, loaded.absent(), clock);
        Insight running = new Insight(log, loaded.placements(), alarms, surroundings, preview,
                Objects.requireNonNull(results, "wired"));
        insight = running;
        running.run();
    }

    /** The gateway is put together: results can be given away and alarms raised. */
    void wire(Results to) {
        results = to;
        wired.countDown();
    }

    /** Waits until all models are loaded or refused, at most so long. */
    void awaitModels(Duration patience) throws InterruptedException {
        if (!loadedModels.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("models still load after {} s; the gateway goes on meanwhile", patience.toSeconds());
        }
    }

    /** For the page; cheap, any thread. */
    List<Status.ModelStatus> statuses() {
        ModelBay loaded = bay;
        Insight running = insight;
        if (loaded == null) {
            return config.models().stream().map(this::loading).toList();
        }
        Map<String, ModelStatus> byName = new HashMap<>();
        if (running != null) {
            running.status().forEach(status -> byName.put(status.name(), status));
        }
        List<Status.ModelStatus> statuses = new ArrayList<>();
        for (Insight.Placement placement : loaded.placements()) {
            statuses.add(placed(placement.config(), loaded.packageOf(placement.config()),
                    byName.get(placement.config().name())));
        }
        for (ModelBay.Absent absent : loaded.absent()) {
            statuses.add(new Status.ModelStatus(absent.config().name(), Words.same(absent.config().packageName()),
                    absent.config().packageName(), "", absent.isLeftOut()
                            ? Status.ModelState.OFF : Status.ModelState.REFUSED,
                    Words.same(absent.reason()), null, null, null, null, Map.of()));
        }
        return statuses;
    }

    private Status.ModelStatus loading(ModelConfig model) {
        return new Status.ModelStatus(model.name(), Words.same(model.packageName()), model.packageName(), "",
                Status.ModelState.WAITING, new Words("読み込み中です", "being loaded"), null, null, null, null, Map.of());
    }

    private Status.ModelStatus placed(ModelConfig model, ModelPackage from, @Nullable ModelStatus status) {
        Contract contract = from.contract();
        boolean isRunning = status != null && status.state() == ModelStatus.State.RUNNING;
        boolean isStopped = status != null && status.state() == ModelStatus.State.STOPPED;
        Status.ModelState state = isStopped ? Status.ModelState.OFF
                : isRunning ? Status.ModelState.ACTIVE : Status.ModelState.WAITING;
        String note = status == null || status.note().isEmpty() ? "waiting for readings" : status.note();
        Instant issued = status == null ? null : status.issuedAt();
        Instant proved = provedAt;
        return new Status.ModelStatus(model.name(), from.title(), contract.name(), contract.version(), state,
                isRunning ? null : Words.same(note), issued, issued,
                proved == null ? null : new Status.SelfTest(true, proved), from.evaluation(),
                forecasts(model, contract));
    }

    /** An output forecasts the input series of the same unit; the page draws it beyond that series. */
    private static Map<String, String> forecasts(ModelConfig model, Contract contract) {
        Map<String, String> targets = new HashMap<>();
        for (Contract.Output output : contract.outputs()) {
            contract.inputs().stream()
                    .filter(input -> input.unit().equals(output.unit()) && !output.lead().isZero())
                    .map(input -> model.inputs().get(input.role()))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(series -> targets.put(model.outputs() + "/" + output.name(), series));
        }
        return targets;
    }

    @Override
    public void close() {
        ModelBay loaded = bay;
        if (loaded != null) {
            loaded.close();
        }
    }
}
