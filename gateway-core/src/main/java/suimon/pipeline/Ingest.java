package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.SteadyClock;
import suimon.reading.Ticker;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.CaptureShelf;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.Repeats;

/**
 * The one thread between the inbox and the log: decode, calibrate, grade, rules on readings, and
 * one commit for all of it; the senders are told after the commit.
 *
 * <p>An alarm commits at once, together with the reading that caused it; otherwise deliveries
 * collect until {@link CommitPace} says so. What can't be decoded is a reject with its reason, acknowledged
 * like a reading, so that no sender is stuck on it.
 */
public final class Ingest implements Runnable {
    /** So many deliveries make a commit before its window is over. */
    static final int BATCH_MAX = 8192;

    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final long IDLE_NANOS = 200_000_000L;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Parts parts;
    private final CaptureDesk captures;
    private final Pending pending = new Pending();
    private final Rejects rejects = new Rejects();
    private final OpenMessage open = new OpenMessage();
    private final Decoder.Sink sink = this::take;
    private final FlashWatch flashWatch;
    private final UnitWatch unitWatch = new UnitWatch();
    private final SeriesWatch seriesWatch = new SeriesWatch();
    private final Admission admission;
    private @Nullable SenderClocks senders;
    private final AtomicLong lastProgress = new AtomicLong();
    private boolean isHoldingBack;
    private volatile boolean isStopping;
    private long lastMinute;

    /**
     * What the ingest works with.
     *
     * @param decoders by source name; sources without one deliver typed samples only
     * @param boot this boot's random id
     * @param captures null where none are kept
     * @param preview shows insight the readings before their commit
     */
    public record Parts(
            Log log, BatchInbox inbox, Map<String, Decoder> decoders, SeriesDesk desk, Alarms alarms,
            Repeats repeats, DuplicateMessages duplicates, CommitPace pace, Clock clock, Ticker ticker, String boot,
            Preview preview, @Nullable CaptureShelf captures) {
        /** Without a place for captures, which are rejects then. */
        public Parts(
                Log log, BatchInbox inbox, Map<String, Decoder> decoders, SeriesDesk desk, Alarms alarms,
                Repeats repeats, DuplicateMessages duplicates, CommitPace pace, Clock clock, Ticker ticker,
                String boot, Preview preview) {
            this(log, inbox, decoders, desk, alarms, repeats, duplicates, pace, clock, ticker, boot, preview, null);
        }
    }

    private static final String FULL = "store-full";

    public Ingest(Parts parts) {
        this.parts = parts;
        this.captures = new CaptureDesk(parts.captures(), parts.alarms());
        this.flashWatch = new FlashWatch(parts.pace().budget());
        this.admission = new Admission(parts, pending);
    }

    /** Runs until {@link #stop}; what is pending then is still committed. */
    @Override
    public void run() {
        try {
            while (!isStopping) {
                turn();
            }
            turn();
            rejects.writeCounts();
            submit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.info("ingest interrupted; what was not acknowledged comes again");
        }
    }

    /**
     * Compares senders' clocks with ours once a minute; before it runs.
     *
     * @param most how far one may differ without an alarm
     * @param exempt sources that give readings of another time on purpose
     */
    public void compareSenders(Duration most, Set<String> exempt) {
        senders = new SenderClocks(most, exempt);
    }

    /** Ends the loop after its present turn. */
    public void stop() {
        isStopping = true;
    }

    /** When a commit of readings last reached the disk, nanoseconds since the epoch; 0 if never. */
    public long lastProgressNanos() {
        return lastProgress.get();
    }

    private void turn() throws InterruptedException {
        if (parts.log().isFull() && !isStopping) {
            holdBack();
            return;
        }
        if (isHoldingBack) {
            isHoldingBack = false;
            synchronized (parts.alarms()) {
                parts.alarms().clear(FULL, nowNanos());
            }
        }
        BatchInbox.Taken taken = parts.inbox().take(patience());
        synchronized (parts.alarms()) {
            if (pending.isEmpty()) {
                parts.preview().groupBegins();
            }
            long now = parts.ticker().nanos();
            pending.began(taken.deliveries(), now);
            parts.pace().arrived(taken.messages(), now);
            taken.refusals().forEach(pending::refused);
            for (Delivery delivery : taken.deliveries()) {
                accept(delivery);
            }
            admission.derive();
            parts.preview().turnEnds();
            tick();
            if (parts.alarms().hasEvents() || isDue()) {
                submit();
            }
        }
    }

    /** Takes nothing from the inbox, so the sources refuse as their protocols allow; alarms go on. */
    private void holdBack() throws InterruptedException {
        isHoldingBack = true;
        synchronized (parts.alarms()) {
            parts.alarms().raise(FULL, Severity.ALERT,
                    new Words("保存容量がいっぱいです。新しいデータを受け取っていません", "Storage is full: no new data is taken"),
                    new Words("データ容量の設定を増やすか、ディスクの空きを作ってください",
                            "Raise data.quota or free space on the disk"),
                    nowNanos());
            parts.alarms().tick(nowNanos());
            Alarms.Outcome alarms = parts.alarms().drain();
            if (!alarms.isEmpty()) {
                parts.log().submit(new Commit(alarms.entries(), alarms.changes()));
            }
        }
        parts.log().awaitRoom(Duration.ofSeconds(1));
    }

    private long patience() {
        if (pending.isEmpty()) {
            return IDLE_NANOS;
        }
        return parts.pace().patience(pending.since, parts.ticker().nanos());
    }

    private boolean isDue() {
        if (pending.isEmpty() || pending.size >= BATCH_MAX || isStopping) {
            return true;
        }
        CommitPace.Reason reason = parts.pace().due(pending.since, parts.ticker().nanos());
        flashWatch.committed(reason, pending);
        return reason != CommitPace.Reason.NOT_YET;
    }

    private void tick() {
        long now = nowNanos();
        parts.alarms().tick(now);
        captures.sweep();
        // By the ticker: a clock that is set back must not end this for years.
        if (parts.ticker().nanos() - lastMinute >= MINUTE_NANOS) {
            lastMinute = parts.ticker().nanos();
            rejects.writeCounts();
            rejects.forgetHoursBefore(now);
            flashWatch.look(parts.alarms(), now);
            unitWatch.look(parts.alarms(), now);
            seriesWatch.look(parts.alarms(), now);
            compareSenders(now);
        }
    }

    private void compareSenders(long now) {
        if (senders == null) {
            return;
        }
        boolean isOursUnknown = parts.clock() instanceof SteadyClock
                && SteadyClock.trustOf(parts.clock()) == ClockStamp.Trust.UNKNOWN;
        if (isOursUnknown) {
            senders.forget(parts.desk().desks());
        } else {
            senders.look(parts.alarms(), parts.desk().desks(), now);
        }
    }

    private void accept(Delivery delivery) {
        pending.received(delivery);
        Pending.Count count = pending.count(delivery.source());
        switch (delivery) {
            case MessageBatch batch -> {
                Decoder decoder = parts.decoders().get(batch.source());
                for (int row = 0; row < batch.messages(); row++) {
                    open.open(batch, row);
                    decode(decoder, count);
                }
            }
            case Delivery.Message message -> {
                open.open(message);
                decode(parts.decoders().get(message.source()), count);
            }
            case Delivery.Samples samples -> {
                take(samples, count);
            }
            case Delivery.Lost lost -> {
                pending.entries.add(new Entry.Gap(
                        lost.source(), lost.series(), lost.from(), lost.to(), lost.reason()));
                count.decoded++;
            }
            case Delivery.Refused refused -> {
                rejects.add(refused.source(), refused.address(), refused.payload(), refused.receivedNanos(),
                        refused.reason());
                count.rejected++;
            }
            case Delivery.Alarm alarm -> {
                parts.alarms().report(alarm);
                count.decoded++;
            }
            case Delivery.Keep keep -> count.received--;
        }
    }

    private void decode(@Nullable Decoder decoder, Pending.Count count) {
        if (decoder == null) {
            reject("the source has no decode rules", count);
            return;
        }
        Decoder.Outcome outcome;
        try {
            outcome = open.decode(decoder, sink);
        } catch (RuntimeException e) {
            // One message must not stop the gateway: it is kept as a reject and a person is told.
            LOG.error("source={} address={} defect while decoding", open.source(), open.address(), e);
            raiseDefect();
            reject("defect in Suimon: " + e, count);
            return;
        }
        switch (outcome) {
            case Decoder.Outcome.Decoded ignored -> {
                String tooMany = admission.takeRefused();
                if (tooMany == null) {
                    count.decoded++;
                } else {
                    reject(tooMany(open.source(), tooMany), count);
                }
            }
            case Decoder.Outcome.Captured captured -> {
                switch (captures.take(captured, open, nowNanos())) {
                    case SHELVED -> count.decoded++;
                    case NO_SHELF -> reject("captures are not kept here", count);
                    case FAILED -> {
                        pending.withhold();
                        count.refused++;
                    }
                }
            }
            case Decoder.Outcome.Rejected rejected -> {
                if (rejected.fault() == Decoder.Fault.UNIT) {
                    unitWatch.refused(parts.alarms(), open.source(), rejected.reason(), nowNanos());
                }
                reject(rejected.reason(), count);
            }
        }
    }

    private void take(SeriesLabel series, Value value, long measured, TimeOrigin origin) {
        if (origin == TimeOrigin.ARRIVAL && open.isSentAgain(parts.duplicates())) {
            admission.repeated(series);
        } else {
            admission.from(open.source());
            admission.add(series, value, measured, open.received(), 0, origin);
        }
    }

    /** A value of a series too many is a reject; the others of the delivery are stored. */
    private void take(Delivery.Samples samples, Pending.Count count) {
        @Nullable String reason = null;
        admission.from(samples.source());
        for (Delivery.Sample sample : samples.samples()) {
            boolean isDated = sample.measuredNanos() != Long.MIN_VALUE;
            long measured = isDated ? sample.measuredNanos() : samples.receivedNanos();
            admission.add(sample.series(), sample.value(), measured, samples.receivedNanos(),
                    sample.status(), isDated ? TimeOrigin.SOURCE : TimeOrigin.ARRIVAL);
            String tooMany = admission.takeRefused();
            if (tooMany != null) {
                reason = tooMany(samples.source(), tooMany);
                rejects.add(samples.source(), tooMany, sample.value().toString().getBytes(StandardCharsets.UTF_8),
                        samples.receivedNanos(), reason);
            }
        }
        if (reason == null) {
            count.decoded++;
        } else {
            count.rejected++;
        }
    }

    private String tooMany(String source, String series) {
        seriesWatch.refused(parts.alarms(), source, series, nowNanos());
        return parts.desk().refusal(series);
    }

    private void reject(String reason, Pending.Count count) {
        rejects.add(open.source(), open.address(), open.payload(), open.received(), reason);
        count.rejected++;
    }

    private void raiseDefect() {
        parts.alarms().raise("defect", Severity.CAUTION,
                new Words("ゲートウェイが解読できないデータがありました", "The gateway failed to decode a message"),
                new Words("受信データは保存されています。販売店に連絡してください",
                        "The message is kept as a reject; report it to your supplier"),
                nowNanos());
    }

    private void submit() throws InterruptedException {
        pending.entries.addAll(rejects.drain());
        CaptureShelf.Drained drained = captures.drain(nowNanos());
        Alarms.Outcome alarms = parts.alarms().drain();
        if (pending.isEmpty() && pending.entries.isEmpty() && alarms.isEmpty() && drained.changes().isEmpty()) {
            return;
        }
        // By series: the order among series says nothing, and to keep it would cost a byte a reading.
        Readings readings = pending.readings.buildBySeries();
        List<Entry> entries = new ArrayList<>();
        if (readings.size() > 0) {
            ClockStamp stamp = new ClockStamp(
                    parts.boot(), parts.ticker().nanos(), nowNanos(), SteadyClock.trustOf(parts.clock()));
            entries.add(new Entry.Batch(readings, stamp));
        }
        entries.addAll(pending.entries);
        entries.addAll(alarms.entries());
        List<Change> changes = pending.changes();
        changes.addAll(alarms.changes());
        changes.addAll(parts.duplicates().changes());
        changes.addAll(flashWatch.changes());
        changes.addAll(admission.changes());
        changes.addAll(drained.changes());
        parts.decoders().values().forEach(decoder -> changes.addAll(decoder.unitChanges()));
        List<Receipt> told = List.copyOf(pending.receipts);
        long group = entries.isEmpty() ? 0 : parts.preview().groupEnds();
        int size = entries.size();
        long submitted = parts.ticker().nanos();
        parts.pace().submitted(submitted);
        parts.log().submit(new Commit(entries, changes, sequence -> {
            lastProgress.set(nowNanos());
            if (size > 0) {
                parts.preview().committed(new Preview.Group(group, sequence - size + 1, sequence));
            }
            drained.committed().run();
            told.forEach(Receipt::stored);
            parts.pace().stored(submitted, parts.ticker().nanos());
        }));
        pending.clear();
    }

    private long nowNanos() {
        return Nanos.of(parts.clock().instant());
    }
}
