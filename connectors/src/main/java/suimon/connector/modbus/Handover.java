package suimon.connector.modbus;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext;
import suimon.reading.Value;

/** Answers into the inbox, and gaps before them; of the polling thread. */
final class Handover {
    /** So many deliveries may be uncommitted; then polling waits. */
    static final int UNCOMMITTED_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final String source;
    private final SourceContext context;
    private final Semaphore room = new Semaphore(UNCOMMITTED_MAX);
    private final Receipt stored;

    /** Calls {@code progress} when values were committed, on the log's thread. */
    Handover(String source, SourceContext context, Runnable progress) {
        this.source = source;
        this.context = context;
        stored = () -> {
            room.release();
            progress.run();
        };
    }

    /** Hands over the values of an answer; waits while too much is uncommitted. */
    void take(Block block, byte[] answer) throws InterruptedException {
        Instant instant = context.clock().instant();
        long now = instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
        List<Sample> samples = new ArrayList<>(block.points.size());
        for (Point point : block.points) {
            String broken = point.broken;
            if (broken != null) {
                lost(point, instant, now, broken);
            }
            Value value = Words.valueOf(point.settings, block, answer);
            int status = value instanceof Value.None ? Words.NO_DATA : 0;
            // A register has no time of its own: that of the answer is taken on arrival.
            samples.add(new Sample(point.settings.series(), value, Long.MIN_VALUE, status));
            point.readNanos = now;
        }
        room.acquire();
        context.inbox().put(new Delivery.Samples(source, samples, now, List.of(), stored));
    }

    private void lost(Point point, Instant to, long now, String reason) throws InterruptedException {
        point.broken = null;
        // Never read yet, or read by a clock that ran ahead: nothing is known to be missing.
        if (point.readNanos == Long.MIN_VALUE || point.readNanos >= now) {
            return;
        }
        Instant from = Instant.ofEpochSecond(
                Math.floorDiv(point.readNanos, 1_000_000_000L), Math.floorMod(point.readNanos, 1_000_000_000L));
        LOG.info("source={} series={} gap from {} to {}: {}", source, point.settings.series(), from, to, reason);
        context.inbox().put(new Delivery.Lost(source, point.settings.series(), from, to, reason, Receipt.NONE));
    }
}
