package suimon.pipeline;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.config.ModelConfig;
import suimon.reading.Entry;
import suimon.reading.Series;
import suimon.reading.Words;

/** One configured model instance: its windows, its output series, what it did last. */
final class ModelPlace {
    private final ModelConfig config;
    private final Model model;
    private final Windows windows;
    private final List<Series> outputs;
    private final TreeMap<Long, Long> firstSequences = new TreeMap<>();
    private long issuedNanos = Long.MIN_VALUE;
    private String issuedHash = "";
    private List<Entry.Output> issued = List.of();
    private String stopped = "";

    /** A window with the place it belongs to. */
    record Job(ModelPlace place, Window window) {}

    /**
     * Starts where it left off.
     *
     * @param kept what {@link #toBytes} gave before; null at the first start
     */
    ModelPlace(Insight.Placement placement, OutputSeries define, ZoneOffset standardTime,
            byte @Nullable [] kept) {
        config = placement.config();
        model = placement.model();
        if (kept != null) {
            ByteBuffer bytes = ByteBuffer.wrap(kept);
            issuedNanos = bytes.getLong();
            byte[] hash = new byte[bytes.remaining()];
            bytes.get(hash);
            issuedHash = HexFormat.of().formatHex(hash);
        }
        windows = new Windows(model.contract(), config.inputs().keySet(), standardTime, issuedNanos);
        outputs = model.contract().outputs().stream()
                .map(output -> define.of(config.outputs() + "/" + output.name(), output.title(),
                        output.unit().code(), model.contract().stepNanos()))
                .toList();
    }

    /** Makes or finds the series of an output. */
    @FunctionalInterface
    interface OutputSeries {
        Series of(String name, Words title, String unit, long periodNanos);
    }

    String name() {
        return config.name();
    }

    Model model() {
        return model;
    }

    Series output(int index) {
        return outputs.get(index);
    }

    void observe(long sequence, int channel, long measured, long received, double value, boolean usable) {
        windows.observe(channel, measured, received, value, usable);
        long step = Math.floorDiv(measured, model.contract().stepNanos());
        firstSequences.putIfAbsent(step, sequence);
    }

    void remove(int channel, long measured) {
        windows.remove(channel, measured);
    }

    /** The windows to run now; none once it has stopped. */
    List<Job> due() {
        List<Job> jobs = new ArrayList<>();
        windows.takeDue().forEach(window -> jobs.add(new Job(this, window)));
        Window revised = windows.takeRevised();
        if (revised != null && jobs.isEmpty() && !isKnown(revised)) {
            jobs.add(new Job(this, revised));
        }
        return stopped.isEmpty() ? jobs : List.of();
    }

    private boolean isKnown(Window window) {
        return window.endNanos() == issuedNanos && window.hash().equals(issuedHash);
    }

    void issued(Window window, String hash, List<Entry.Output> values) {
        issuedNanos = window.endNanos();
        issuedHash = hash;
        issued = List.copyOf(values);
    }

    void stop(String reason) {
        stopped = reason;
    }

    /** The oldest entry needed to make the next windows again; {@code otherwise} when none is. */
    long replayFrom(long otherwise) {
        long needed = Math.floorDiv(windows.neededFrom(), model.contract().stepNanos());
        firstSequences.headMap(needed).clear();
        return firstSequences.values().stream().mapToLong(Long::longValue).min().orElse(otherwise);
    }

    byte[] toBytes() {
        byte[] hash = HexFormat.of().parseHex(issuedHash);
        return ByteBuffer.allocate(8 + hash.length).putLong(issuedNanos).put(hash).array();
    }

    ModelStatus status() {
        String identity = model.contract().identity();
        Instant at = issuedNanos == Long.MIN_VALUE ? null : Insight.instant(issuedNanos);
        if (!stopped.isEmpty()) {
            return new ModelStatus(name(), identity, ModelStatus.State.STOPPED, stopped, at, issued);
        }
        String missing = windows.shortfall();
        return missing.isEmpty()
                ? new ModelStatus(name(), identity, ModelStatus.State.RUNNING, "", at, issued)
                : new ModelStatus(name(), identity, ModelStatus.State.WAITING, missing, at, issued);
    }
}
