package suimon.hub;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.Abilities;
import suimon.backhaul.Content;
import suimon.backhaul.ContentWire;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Malformed;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.backhaul.Receipt.Confirmed;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Entry;
import suimon.store.CaptureShelf;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Repeats;
import suimon.store.StoreFailed;
import suimon.store.UndatedSpells;

/**
 * One gateway at the hub: its log, and what was taken of each epoch and lane. One message at a
 * time; each frame's entries and its number are one transaction, and the answer comes after it.
 */
final class Station implements AutoCloseable {
    /** Epochs remembered; a gateway that comes back with an older one is asked to begin a new one. */
    static final int EPOCHS_MAX = 8;

    private static final Logger LOGGER = LoggerFactory.getLogger(Station.class);
    private static final String OWNER = Known.OWNER;
    /** An answer to what can't be read names no epoch. */
    private static final Epoch NO_EPOCH = new Epoch(-1);

    private final String gateway;
    private final Log log;
    private final LogReader reader;
    private final StationWorker worker;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Epoch, Known> epochs = new LinkedHashMap<>();
    private final Map<Epoch, Map<Lane, Intake>> intakes = new HashMap<>();
    private final Map<Epoch, Overlap> overlaps = new HashMap<>();
    private Repeats repeats;
    private volatile ObjectIntake objects;
    private boolean isDoubtful;
    private final Twins processes = new Twins();
    private final Twins histories = new Twins();
    private final OpenAlarms alarms;
    private final OrderBook orders;
    private volatile boolean isTwin;
    private volatile List<Confirmed> confirmed = List.of();
    private volatile @Nullable Instant lastHeardAt;
    private volatile Content.@Nullable Heartbeat heartbeat;

    private Station(String gateway, Log log, LogReader reader, ObjectIntake objects, Clock clock)
            throws StoreFailed {
        this.gateway = gateway;
        this.log = log;
        this.reader = reader;
        this.repeats = Repeats.open(log);
        this.objects = objects;
        this.alarms = OpenAlarms.of(reader);
        this.orders = OrderBook.load(gateway, log, clock);
        this.clock = clock;
        this.worker = new StationWorker(gateway, log::isFull);
    }

    static Station open(String gateway, Log log, ObjectIntake objects, Clock clock) throws StoreFailed {
        Station station = new Station(gateway, log, log.reader(), objects, clock);
        station.epochs.putAll(Known.load(log));
        station.noteConfirmed();
        return station;
    }

    Log log() {
        return log;
    }

    /** The captures that came; those committed are for any thread. */
    CaptureShelf captures() {
        return objects.shelf();
    }

    @Nullable Instant lastHeardAt() {
        return lastHeardAt;
    }

    Content.@Nullable Heartbeat heartbeat() {
        return heartbeat;
    }

    OpenAlarms alarms() {
        return alarms;
    }

    OrderBook orders() {
        return orders;
    }

    /** Whether two gateways deliver under this id, of which one is refused. */
    boolean isTwin() {
        return isTwin;
    }

    /** What was confirmed in the newest epoch after the last message; waits for nothing. */
    List<Confirmed> confirmed() {
        return confirmed;
    }

    private void noteConfirmed() {
        try {
            confirmed = epochs.isEmpty() ? List.of() : confirmedIn(epochs.lastEntry().getKey());
        } catch (Malformed damaged) {
            throw new IllegalStateException(damaged);
        }
    }

    /**
     * Works on a thread of its own: a caller that is interrupted gives up waiting, never the work,
     * which must not end between judging a reading and storing it.
     */
    byte[] receive(byte[] message) throws InterruptedException {
        return worker.run(gateway, () -> receiveHere(message), log.isFull() && lock.isLocked());
    }

    private byte[] receiveHere(byte[] message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            lastHeardAt = clock.instant();
            isTwin = isTwin && (processes.isFound() || histories.isFound());
            byte[] answer = Messages.write(orders.with(answer(message)));
            noteConfirmed();
            return answer;
        } finally {
            lock.unlock();
        }
    }

    private Receipt answer(byte[] message) {
        Messages.Up up;
        try {
            up = Messages.readUp(message);
        } catch (Malformed malformed) {
            LOGGER.warn("hub {}: a message of {} bytes is unreadable: {}", gateway, message.length,
                    malformed.getMessage());
            return refusal(NO_EPOCH, Reason.UNAVAILABLE, null, 0, String.valueOf(malformed.getMessage()));
        }
        return switch (up) {
            case Messages.Hello hello -> answer(hello);
            case Messages.Framed framed -> answer(framed.frame());
        };
    }

    private Receipt answer(Messages.Hello hello) {
        if (!hello.gateway().equals(gateway)) {
            return refusal(hello.epoch(), Reason.DENIED, null, 0, "it says it is " + hello.gateway());
        }
        if (hello.instance() != 0 && processes.isRefused(hello.instance(), clock.instant())) {
            return twin(hello.epoch(), null, 0);
        }
        String lacking = Abilities.OWN.lackingFor(hello.abilities());
        try {
            return lacking != null ? refusal(hello.epoch(), Reason.MALFORMED, null, 0, lacking)
                    : new Receipt(hello.epoch(), confirmedIn(hello.epoch()), null, hello.call(), Abilities.OWN);
        } catch (Malformed damaged) {
            throw new IllegalStateException(damaged);
        }
    }

    private Receipt answer(Frame frame) {
        if (!frame.gateway().equals(gateway)) {
            return refusal(frame, Reason.DENIED, "it says it is of " + frame.gateway());
        }
        try {
            settleDoubts();
            Intake intake = intakeOf(frame.epoch(), frame.lane());
            switch (intake.standingOf(frame)) {
                case CONFLICTING -> {
                    return conflict(frame);
                }
                case EARLY -> intake.holdBack(frame);
                case NEXT -> {
                    // What room is kept is for alarms.
                    if (frame.lane() != Lane.P0 && log.isFull()) {
                        return refusal(frame, Reason.UNAVAILABLE, HubAudit.NO_ROOM);
                    }
                    if (histories.isRefused(frame.epoch().bits(), clock.instant())) {
                        return twin(frame.epoch(), frame.lane(), frame.number());
                    }
                    take(frame, intake);
                    takeHeldBack(intake);
                }
                case REPEATED -> {}
            }
            return new Receipt(frame.epoch(), List.of(intake.confirmed()), null, 0);
        } catch (Malformed malformed) {
            countMalformed(frame);
            return refusal(frame, Reason.MALFORMED, String.valueOf(malformed.getMessage()));
        } catch (StoreFailed failed) {
            LOGGER.error("hub {}: {}", gateway, failed.getMessage());
            return refusal(frame, Reason.UNAVAILABLE, "the hub's store failed; it is logged there");
        }
    }

    private void takeHeldBack(Intake intake) throws Malformed, StoreFailed {
        for (Frame next = intake.takeHeldBack(); next != null; next = intake.takeHeldBack()) {
            take(next, intake);
        }
    }

    private void take(Frame frame, Intake intake) throws Malformed, StoreFailed {
        byte[] packed = intake.packedWith(frame);
        Content content = packed == null ? null : ContentWire.unpack(packed);
        isDoubtful = true;
        boolean isAnew = !epochs.isEmpty() && !epochs.containsKey(frame.epoch());
        List<Change> changes = new ArrayList<>(begin(frame.epoch()));
        List<Entry> entries = List.of();
        ObjectIntake.Taken taken = ObjectIntake.Taken.NOTHING;
        if (content != null) {
            Arrival arrival = new Arrival(log, repeats, frame.lane(), intake, overlapOf(frame.epoch()));
            arrival.take(content);
            taken = objects.take(content.objects());
            entries = arrival.entries();
            entries.addAll(taken.entries());
            changes.addAll(arrival.changes());
            changes.addAll(taken.changes());
            changes.addAll(UndatedSpells.begunBy(log, entries));
            changes.addAll(orders.settle(entries));
            heartbeat = content.heartbeat() == null ? heartbeat : content.heartbeat();
        }
        entries = isAnew ? HubAudit.anew(entries, gateway, frame.epoch(), clock.instant()) : entries;
        changes.addAll(intake.changesFor(frame));
        changes.add(new Change.SourceCount(HubAudit.sourceOf(frame.lane()), 1, 1, 0, 0));
        commit(entries, changes);
        alarms.take(entries);
        taken.committed().run();
        intake.committed(frame);
        isDoubtful = false;
    }

    private void commit(List<Entry> entries, List<Change> changes) {
        try {
            log.commit(new Commit(entries, changes));
        } catch (InterruptedException impossible) {
            throw new IllegalStateException("nobody interrupts a station's thread", impossible);
        }
    }

    /** After a failure in the middle memory may be ahead of the disk: begin from the disk again. */
    private void settleDoubts() throws StoreFailed {
        if (isDoubtful) {
            repeats.close();
            repeats = Repeats.open(log);
            objects = objects.reopened(log);
            epochs.clear();
            intakes.clear();
            overlaps.clear();
            epochs.putAll(Known.load(log));
            orders.reload();
            isDoubtful = false;
        }
    }

    private void countMalformed(Frame frame) {
        commit(List.of(), List.of(new Change.SourceCount(HubAudit.sourceOf(frame.lane()), 1, 0, 1, 0)));
    }

    /** Books it and, the first time in an epoch and lane, writes it to the audit record. */
    private Receipt conflict(Frame frame) {
        String text = "frame " + frame.lane() + "/" + frame.number() + " of epoch " + frame.epoch()
                + " is committed with other content";
        String key = "conflict/" + frame.epoch() + "/" + frame.lane();
        List<Change> changes = new ArrayList<>(List.of(new Change.SourceCount(HubAudit.sourceOf(frame.lane()), 1, 0, 0, 1)));
        List<Entry> entries = new ArrayList<>();
        if (!log.kept(OWNER).containsKey(key)) {
            changes.add(new Change.Keep(OWNER, key, new byte[] {1}));
            entries.add(HubAudit.refused(gateway, "deliver " + frame, text, clock.instant()));
            LOGGER.warn("hub {}: {}", gateway, text);
        }
        commit(entries, changes);
        return refusal(frame, Reason.CONFLICT, text);
    }

    /** Books it, and writes it to the audit record when it is found. */
    private Receipt twin(Epoch epoch, @Nullable Lane lane, long number) {
        String text = HubAudit.twinText(gateway);
        if (!isTwin) {
            isTwin = true;
            LOGGER.error("hub {}: {}; refused: epoch {}", gateway, text, epoch);
            commit(List.of(HubAudit.refused(gateway, "deliver epoch " + epoch, text, clock.instant())), List.of());
        }
        return refusal(epoch, Reason.DENIED, lane, number, text);
    }

    private Receipt refusal(Frame frame, Reason reason, String text) {
        return refusal(frame.epoch(), reason, frame.lane(), frame.number(), text);
    }

    private static Receipt refusal(Epoch epoch, Reason reason, @Nullable Lane lane, long number, String text) {
        return new Receipt(epoch, List.of(), new Refusal(reason, lane, number, text), 0);
    }

    /** Remembers a new epoch with its first frame, and forgets the oldest beyond the limit. */
    private List<Change> begin(Epoch epoch) throws StoreFailed {
        if (epochs.containsKey(epoch)) {
            return List.of();
        }
        long latest = epochs.isEmpty() ? Long.MIN_VALUE : reader.latestMeasured();
        long order = epochs.isEmpty() ? 1 : epochs.lastEntry().getValue().order() + 1;
        epochs.put(epoch, new Known(order, latest));
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Keep(OWNER, "epoch/" + epoch,
                ByteBuffer.allocate(16).putLong(order).putLong(latest).array()));
        while (epochs.size() > EPOCHS_MAX) {
            changes.addAll(forget(epochs.firstEntry().getKey()));
        }
        return changes;
    }

    private List<Change> forget(Epoch epoch) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Keep(OWNER, "epoch/" + epoch, new byte[0]));
        String owner = Intake.ownerOf(epoch);
        log.kept(owner).keySet().forEach(key -> changes.add(new Change.Keep(owner, key, new byte[0])));
        epochs.remove(epoch);
        intakes.remove(epoch);
        overlaps.remove(epoch);
        return changes;
    }

    private @Nullable Overlap overlapOf(Epoch epoch) throws StoreFailed {
        Known known = epochs.get(epoch);
        if (known == null || known.order() == 1) {
            return null;
        }
        Overlap overlap = overlaps.get(epoch);
        if (overlap == null) {
            overlap = new Overlap(reader, known.latest());
            overlaps.clear();
            overlaps.put(epoch, overlap);
        }
        return overlap;
    }

    private List<Confirmed> confirmedIn(Epoch epoch) throws Malformed {
        List<Confirmed> confirmed = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            confirmed.add(epochs.containsKey(epoch) ? intakeOf(epoch, lane).confirmed()
                    : new Confirmed(lane, 0, suimon.backhaul.History.NONE));
        }
        return confirmed;
    }

    private Intake intakeOf(Epoch epoch, Lane lane) throws Malformed {
        Map<Lane, Intake> ofEpoch = intakes.get(epoch);
        if (ofEpoch == null) {
            ofEpoch = new EnumMap<>(Lane.class);
            Map<String, byte[]> kept = log.kept(Intake.ownerOf(epoch));
            for (Lane each : Lane.values()) {
                ofEpoch.put(each, Intake.load(log, kept, epoch, each));
            }
            if (intakes.size() > EPOCHS_MAX) {
                // Frames of epochs that were never begun, held back and never completed.
                intakes.keySet().removeIf(unknown -> !epochs.containsKey(unknown));
            }
            intakes.put(epoch, ofEpoch);
        }
        return java.util.Objects.requireNonNull(ofEpoch.get(lane));
    }

    @Override
    public void close() {
        worker.close();
        lock.lock();
        try {
            repeats.close();
            reader.close();
            log.close();
        } finally {
            lock.unlock();
        }
    }
}
