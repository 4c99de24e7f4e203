package suimon.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.GatewayConfig;
import suimon.config.ModelConfig;
import suimon.pipeline.Insight;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFactory;
import suimon.pipeline.ModelFit;
import suimon.pipeline.ModelPackage;
import suimon.pipeline.ModelRefused;

/**
 * Loads the configured models, each marked in the store before native code is touched. A model that
 * is refused or left out is no reason not to start: the gateway runs without its forecast and says
 * so.
 */
final class ModelBay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelBay.class);

    private final List<Insight.Placement> placements = new ArrayList<>();
    private final List<Absent> absent = new ArrayList<>();
    private final Map<String, ModelPackage> packages = new HashMap<>();
    private final Map<String, Model> loaded = new HashMap<>();

    /** A configured model that does not run, and why, in one line. */
    record Absent(ModelConfig config, String identity, boolean isLeftOut, String reason) {}

    private ModelBay() {}

    static ModelBay load(GatewayConfig config, SafeStart safeStart) throws InterruptedException {
        ModelBay bay = new ModelBay();
        for (ModelConfig model : config.models()) {
            try {
                bay.place(model, config, safeStart);
            } catch (ModelRefused e) {
                LOG.warn("model={} refused: {}", model.name(), e.getMessage());
                bay.absent.add(new Absent(model, model.packageName(), false, String.valueOf(e.getMessage())));
            }
        }
        return bay;
    }

    private void place(ModelConfig config, GatewayConfig site, SafeStart safeStart)
            throws ModelRefused, InterruptedException {
        ModelPackage found = find(config);
        List<String> misfits = ModelFit.problems(found.contract(), config, site.series());
        if (!misfits.isEmpty()) {
            throw new ModelRefused(String.join("; ", misfits));
        }
        if (safeStart.leavesOut(config.name())) {
            LOG.warn("model={} left out after repeated exits while it was loaded", config.name());
            absent.add(new Absent(config, found.identity(), true, "left out: the process ended while it was loaded"));
            return;
        }
        String key = config.packageName() + "@" + config.folder();
        Model model = loaded.get(key);
        if (model == null) {
            safeStart.loading(config.name());
            model = found.load();
            safeStart.loaded();
            loaded.put(key, model);
        }
        placements.add(new Insight.Placement(config, model));
        LOG.info("model={} package={} loaded, self-test passed", config.name(), found.identity());
    }

    private ModelPackage find(ModelConfig config) throws ModelRefused {
        String key = config.packageName() + "@" + config.folder();
        ModelPackage known = packages.get(key);
        if (known != null) {
            return known;
        }
        List<String> reasons = new ArrayList<>();
        for (ModelFactory factory : ServiceLoader.load(ModelFactory.class)) {
            try {
                ModelPackage opened = factory.open(config.packageName(), config.folder());
                packages.put(key, opened);
                return opened;
            } catch (ModelRefused e) {
                reasons.add(String.valueOf(e.getMessage()));
            }
        }
        throw new ModelRefused(reasons.isEmpty() ? "this installation runs no models" : String.join("; ", reasons));
    }

    List<Insight.Placement> placements() {
        return placements;
    }

    List<Absent> absent() {
        return absent;
    }

    /** The package of a placed model. */
    ModelPackage packageOf(ModelConfig config) {
        ModelPackage found = packages.get(config.packageName() + "@" + config.folder());
        if (found == null) {
            throw new IllegalStateException("no package for model " + config.name());
        }
        return found;
    }

    @Override
    public void close() {
        loaded.values().forEach(Model::close);
    }
}
