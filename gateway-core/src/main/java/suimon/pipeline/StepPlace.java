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

/** A model over intervals of time: one window per interval over its configured series. */
final class StepPlace implements ModelPlace {
    private final ModelConfig config;
    private final Model model;
    private final Windows windows;
    private final List<Series> outputs;
    private final TreeMap<Long, Long> firstSequences = new TreeMap<>();
    private long issuedNanos = Long.MIN_VALUE;
    private String issuedHash = "";
    private List<Entry.Output> issued = List.of();
    private String stopped = "";

    /**
     * Starts where it left off.
     *
     * @param kept what {@link #toBytes} gave before; null at the first start
     */
    StepPlace(Insight.Placement placement, OutputSeries define, ZoneOffset standardTime,
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
        outputs = define.of(model.contract(), config.outputs());
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public List<Feed> feeds(Series series) {
        List<Feed> feeds = new ArrayList<>();
        List<Contract.Input> wanted = model.contract().inputs();
        for (int channel = 0; channel < wanted.size(); channel++) {
            if (series.name().equals(config.inputs().get(wanted.get(channel).role()))) {
                feeds.add(new Channel(channel));
            }
        }
        return feeds;
    }

    @Override
    public boolean makes(String series) {
        return outputs.stream().anyMatch(output -> output.name().equals(series));
    }

    private final class Channel implements Feed {
        private final int channel;

        Channel(int channel) {
            this.channel = channel;
        }

        @Override
        public void observe(long sequence, long measured, long received, double value, boolean usable) {
            windows.observe(channel, measured, received, value, usable);
            long step = Math.floorDiv(measured, model.contract().stepNanos());
            firstSequences.putIfAbsent(step, sequence);
        }

        @Override
        public void remove(long measured) {
            windows.remove(channel, measured);
        }
    }

    @Override
    public void takeDue(List<Job> jobs) {
        List<Window> due = windows.takeDue();
        Window revised = windows.takeRevised();
        if (!stopped.isEmpty()) {
            return;
        }
        due.forEach(window -> jobs.add(job(window)));
        if (revised != null && due.isEmpty() && !isKnown(revised)) {
            jobs.add(job(revised));
        }
    }

    private Job job(Window window) {
        return new Job(this, window, outputs);
    }

    private boolean isKnown(Window window) {
        return window.endNanos() == issuedNanos && window.hash().equals(issuedHash);
    }

    @Override
    public void issued(Job job, String hash, float[] values) {
        issuedNanos = job.window().endNanos();
        issuedHash = hash;
        issued = Results.outputs(job, values);
    }

    @Override
    public void stop(String reason) {
        stopped = reason;
    }

    @Override
    public long replayFrom(long otherwise) {
        long needed = Math.floorDiv(windows.neededFrom(), model.contract().stepNanos());
        firstSequences.headMap(needed).clear();
        return firstSequences.values().stream().mapToLong(Long::longValue).min().orElse(otherwise);
    }

    @Override
    public byte[] toBytes() {
        byte[] hash = HexFormat.of().parseHex(issuedHash);
        return ByteBuffer.allocate(8 + hash.length).putLong(issuedNanos).put(hash).array();
    }

    @Override
    public ModelStatus status() {
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
