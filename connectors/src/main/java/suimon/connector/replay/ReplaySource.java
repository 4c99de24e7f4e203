package suimon.connector.replay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Note;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Progress;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;

/**
 * Plays files on one virtual thread. Rows that are due together go out as one delivery, together
 * with the place they end at, so that after a restart it goes on where the data ends.
 */
public final class ReplaySource implements Source {
    /** Rows in one delivery. */
    static final int ROWS_MAX = 500;

    private static final Logger LOG = LoggerFactory.getLogger(ReplaySource.class);
    private static final String PLACE = "place";
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final ReplaySettings settings;
    private final SourceContext gateway;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread player;
    private final List<Sample> due = new ArrayList<>();
    private Place place;
    private int dueRows;
    private long startedAt;
    private long startedFrom = Long.MIN_VALUE;
    private long faults;
    private volatile String state = "not started";
    private volatile boolean isHealthy = true;
    private volatile @Nullable Instant lastProgressAt;

    /**
     * Where it got to.
     *
     * @param file the index of the file
     * @param line the last line that was played
     * @param shiftNanos what is added to all times
     */
    private record Place(int file, long line, long shiftNanos) {
        static final long NO_SHIFT_YET = Long.MIN_VALUE;

        byte[] bytes() {
            return (file + " " + line + " " + shiftNanos).getBytes(StandardCharsets.UTF_8);
        }

        static Place of(byte @Nullable [] bytes) {
            if (bytes == null) {
                return new Place(0, 0, NO_SHIFT_YET);
            }
            String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ");
            return new Place(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }
    }

    ReplaySource(ReplaySettings settings, SourceContext gateway) {
        this.settings = settings;
        this.gateway = gateway;
        place = Place.of(gateway.kept().of(settings.name()).get(PLACE));
        player = Thread.ofVirtual().name("replay-" + settings.name()).unstarted(this::run);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() {
        player.start();
    }

    @Override
    public Progress progress() {
        return new Progress(state, isHealthy, lastProgressAt);
    }

    @Override
    public void close() {
        closing.countDown();
        player.interrupt();
        try {
            player.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (int file = place.file; file < settings.files().size(); file++) {
                play(file);
            }
            state = "played " + settings.files().size() + " files to the end" + faults();
        } catch (IOException e) {
            isHealthy = false;
            state = "stopped: " + e.getMessage();
            LOG.warn("source={} {}", name(), state);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void play(int file) throws IOException, InterruptedException {
        state = "playing " + settings.files().get(file);
        if (file != place.file) {
            place = new Place(file, 0, place.shiftNanos);
        }
        try (Rows rows = new Rows(settings.files().get(file), settings)) {
            for (Rows.Row row = rows.next(); row != null; row = rows.next()) {
                if (row.line() > place.line) {
                    play(row);
                }
            }
        }
        flush();
    }

    private void play(Rows.Row row) throws InterruptedException {
        String fault = row.fault();
        if (fault != null) {
            leaveOut(fault, row.line());
            return;
        }
        long shift = shift(row.measuredNanos());
        long wait = untilDue(row.measuredNanos() + shift);
        if (wait > 0 || dueRows >= ROWS_MAX) {
            flush();
        }
        if (wait > 0 && closing.await(wait, TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("closed");
        }
        for (Sample sample : row.samples()) {
            due.add(new Sample(sample.series(), sample.value(), sample.measuredNanos() + shift, 0));
        }
        dueRows++;
        place = new Place(place.file, row.line(), shift);
    }

    /** Hands over what is due; waits while the inbox is full. */
    private void flush() throws InterruptedException {
        if (dueRows == 0) {
            return;
        }
        List<Note> notes = List.of(new Note(PLACE, place.bytes()));
        gateway.inbox().put(due.isEmpty()
                ? new Delivery.Keep(name(), notes, this::stored)
                : new Delivery.Samples(name(), due, nowNanos(), notes, this::stored));
        due.clear();
        dueRows = 0;
    }

    private void leaveOut(String fault, long line) {
        if (faults == 0) {
            LOG.warn("source={} a row is left out: {}", name(), fault);
        }
        faults++;
        isHealthy = false;
        state = fault + faults();
        gateway.inbox().refused(name(), 1);
        place = new Place(place.file, line, place.shiftNanos);
    }

    private String faults() {
        return faults == 0 ? "" : "; " + faults + " rows were left out";
    }

    private long shift(long measured) {
        if (!settings.fromNow()) {
            return 0;
        }
        return place.shiftNanos == Place.NO_SHIFT_YET ? nowNanos() - measured : place.shiftNanos;
    }

    /** How long until a row of that time is due at the chosen speed. */
    private long untilDue(long measured) {
        if (settings.speed() == 0) {
            return 0;
        }
        long now = gateway.ticker().nanos();
        if (startedFrom == Long.MIN_VALUE) {
            startedFrom = measured;
            startedAt = now;
        }
        return startedAt + Math.round((measured - startedFrom) / settings.speed()) - now;
    }

    private void stored() {
        lastProgressAt = gateway.clock().instant();
    }

    private long nowNanos() {
        Instant now = gateway.clock().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
