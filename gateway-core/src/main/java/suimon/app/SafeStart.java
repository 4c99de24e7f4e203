package suimon.app;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;

/**
 * Keeps a box that crashes at start reachable: ingest, alarms, page and uplink always come up. Each
 * start is written to the store before anything risky happens, and each model is marked before it
 * is loaded. After two unclean exits within {@link #WINDOW} the marked model is left out; after
 * three, all models.
 */
final class SafeStart {
    static final Duration WINDOW = Duration.ofMinutes(10);

    private static final String OWNER = "start";
    private static final String STARTS = "starts";
    private static final String LOADING = "loading";
    private static final int STARTS_MAX = 16;

    private final Log log;
    private final int uncleanExits;
    private final String suspect;

    private SafeStart(Log log, int uncleanExits, String suspect) {
        this.log = log;
        this.uncleanExits = uncleanExits;
        this.suspect = suspect;
    }

    /** Writes down that a start began and judges those before it. */
    static SafeStart begin(Log log, Clock clock) throws InterruptedException {
        Map<String, byte[]> kept = log.kept(OWNER);
        Instant now = clock.instant();
        List<Instant> recent = new ArrayList<>();
        for (String start : text(kept.get(STARTS)).split(",")) {
            if (!start.isEmpty() && Instant.parse(start).isAfter(now.minus(WINDOW))) {
                recent.add(Instant.parse(start));
            }
        }
        SafeStart safe = new SafeStart(log, recent.size(), text(kept.get(LOADING)));
        recent.add(now);
        List<Instant> newest = recent.subList(Math.max(0, recent.size() - STARTS_MAX), recent.size());
        safe.keep(STARTS, newest.stream().map(Instant::toString).collect(Collectors.joining(",")));
        return safe;
    }

    /** Whether the model must stay out of this start. */
    boolean leavesOut(String model) {
        return uncleanExits >= 3 || (uncleanExits >= 2 && suspects().contains(model));
    }

    /** Whether any model is left out. */
    boolean isCareful() {
        return uncleanExits >= 3 || (uncleanExits >= 2 && !suspect.isEmpty());
    }

    /** Marks the model: should the process die now, it was this one. Returns when that is on disk. */
    void loading(String model) throws InterruptedException {
        keep(LOADING, model);
    }

    /** The model is loaded and has run its self-test. */
    void loaded() throws InterruptedException {
        // While starts are still failing the mark of the culprit must survive a start without it.
        keep(LOADING, isCareful() ? suspect : "");
    }

    /** The gateway stops because it was told to: this start does not count against anybody. */
    void endedWell() throws InterruptedException {
        keep(STARTS, "");
        keep(LOADING, "");
    }

    private List<String> suspects() {
        return Arrays.asList(suspect.split(","));
    }

    private void keep(String key, String value) throws InterruptedException {
        log.commit(new Commit(List.of(), List.of(
                new Change.Keep(OWNER, key, value.getBytes(StandardCharsets.UTF_8)))));
    }

    private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
