package suimon.backhaul;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.LaneQueue.Confirmation;
import suimon.backhaul.Receipt.Confirmed;
import suimon.backhaul.Receipt.Refusal;
import suimon.backhaul.Troubles.Trouble;
import suimon.backhaul.UplinkStatus.LaneStatus;
import suimon.backhaul.UplinkStatus.WayStatus;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.Entry;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/** What an uplink and a hub say to each other. For the uplink's thread only. */
final class Conversation implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Conversation.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration BRIEF = Duration.ofMillis(1);
    private static final Duration KEEP_PASSED_EVERY = Duration.ofMinutes(1);
    private static final String EPOCH = "epoch";

    private final Uplink.Setting setting;
    private final Ways ways;
    private final LogReader reader;
    private final Map<Lane, LaneSender> lanes = new EnumMap<>(Lane.class);
    private final Turns turns = new Turns();
    private final Troubles troubles;
    private final Cutter cutter;
    private Epoch epoch;
    private int call;
    private long passedKeptAt;
    private @Nullable Instant lastConfirmedAt;

    private Conversation(Uplink.Setting setting, Ways ways, LogReader reader) {
        this.setting = setting;
        this.ways = ways;
        this.reader = reader;
        this.epoch = Epoch.random(setting.random());
        this.troubles = new Troubles(setting.config().name(), setting.clock(), setting.alarms());
        Walk walk = new Walk(reader, setting.log()::newest, isForwarded(),
                setting.captures() == null ? null : new ObjectWalk(setting.captures()));
        cutter = new Cutter(walk, setting.log()::series);
        long now = ticks();
        passedKeptAt = now;
        for (Lane lane : Lane.values()) {
            if (setting.config().lanes().contains(lane)) {
                LaneQueue queue = new LaneQueue(setting.log(), name(), lane, walk, cutter,
                        new Spending(setting.config().policy(lane), setting.clock()));
                lanes.put(lane, new LaneSender(setting, queue, turns, this::bulkOn, now));
            }
        }
    }

    static Conversation open(Uplink.Setting setting, Ways ways)
            throws StoreFailed, Malformed, InterruptedException {
        LogReader reader = setting.log().reader();
        try {
            Conversation conversation = new Conversation(setting, ways, reader);
            conversation.load();
            return conversation;
        } catch (StoreFailed | Malformed | InterruptedException failed) {
            reader.close();
            throw failed;
        }
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Does one thing; how long there is nothing more to do unless an answer or an entry comes. */
    Duration step() throws InterruptedException, StoreFailed, Malformed {
        long now = ticks();
        keepPassed(now);
        for (Way way : ways.all()) {
            LinkDown down = way.takeFailure();
            if (down != null) {
                lose(way, String.valueOf(down.getMessage()), way.backoff().next());
            } else if (isOverdue(way, now)) {
                return Duration.ZERO;
            }
        }
        try {
            for (Lane next : turns.order(lanes.keySet())) {
                LaneSender lane = java.util.Objects.requireNonNull(lanes.get(next));
                if (call(ways.toCall(lane, now)) || serve(lane, now)) {
                    return Duration.ZERO;
                }
            }
            return untilNext(now);
        } catch (Unconfirmed.Changed changed) {
            beginEpoch(String.valueOf(changed.getMessage()), List.of());
            return Duration.ZERO;
        }
    }

    private int bulkOn(Way way) {
        return lanes.values().stream().mapToInt(lane -> lane.bulkOn(way)).sum();
    }

    /** Whether a way has kept silent for too long, and is lost with that. */
    private boolean isOverdue(Way way, long now) {
        Duration unanswered = way.calledFor(now);
        Duration unconfirmed = oldestWait(way, now);
        Duration longest = longer(unanswered, unconfirmed);
        if (longest.compareTo(way.patience()) <= 0) {
            return false;
        }
        way.reset();
        lose(way, "no " + (longest.equals(unanswered) ? "answer" : "confirmation") + " for " + inSeconds(longest),
                way.backoff().next());
        return true;
    }

    private boolean call(@Nullable Way way) {
        if (way == null) {
            return false;
        }
        call = call == Integer.MAX_VALUE ? 1 : call + 1;
        Map<Lane, Long> confirmed = new EnumMap<>(Lane.class);
        lanes.forEach((lane, sender) -> confirmed.put(lane, sender.queue().state().confirmedNumber()));
        way.send(Messages.write(new Messages.Hello(setting.gateway(), epoch, call)), null);
        way.called(call, ticks(), confirmed);
        return true;
    }

    private boolean serve(LaneSender lane, long now)
            throws InterruptedException, StoreFailed, Unconfirmed.Changed {
        Way silent = ways.silent(lane, now);
        if (silent != null) {
            lane.lost(silent);
        }
        Way way = ways.of(lane, now);
        return way != null
                && (lane.serve(epoch, way, now) || lane.queue().lane() == Lane.P1 && beat(lane, way, now));
    }

    private boolean beat(LaneSender lane, Way way, long now) throws InterruptedException {
        if (!lane.isQuietFor(way.heartbeat(), now)) {
            return false;
        }
        List<Long> behind = lanes.values().stream().map(each -> each.queue().behind()).toList();
        lane.cutHeartbeat(new Content.Heartbeat(setting.clock().instant(), behind), way, now);
        return true;
    }

    private Duration untilNext(long now) {
        Duration next = ways.untilDue(IDLE, now);
        for (LaneSender lane : lanes.values()) {
            Way way = ways.of(lane, now);
            Duration due = way == null ? null : lane.untilDue(way, now);
            next = due == null ? next : shorter(next, due);
        }
        for (Way way : ways.all()) {
            next = shorter(next, way.patience().minus(oldestWait(way, now)));
            if (lanes.containsKey(Lane.P0)) {
                Duration alarm = lanes.get(Lane.P0).queue().unconfirmed().oldestWait(way, now);
                next = alarm.isZero() ? next : shorter(next, way.alarmPatience().minus(alarm).plus(BRIEF));
            }
        }
        return next.compareTo(BRIEF) < 0 ? BRIEF : next;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Takes one answer of the hub. */
    void hear(Way way, byte[] answer) throws InterruptedException, StoreFailed, Malformed {
        Receipt receipt;
        try {
            receipt = Messages.readReceipt(answer);
        } catch (Malformed damaged) {
            LOGGER.warn("uplink {}: an answer of the hub is unreadable: {}", name(),
                    damaged.getMessage());
            return;
        }
        Refusal refusal = receipt.refusal();
        if (refusal != null) {
            refused(way, receipt, refusal);
            return;
        }
        boolean isFresh = way.isCalling() && receipt.call() == way.call();
        if (!receipt.epoch().equals(epoch) || receipt.call() != 0 && !isFresh) {
            return;
        }
        if (isFresh && !agreeOn(receipt.abilities())) {
            return;
        }
        setting.orders().take(name(), receipt.orders());
        List<Lane> lost = new ArrayList<>();
        for (Confirmed confirmed : receipt.confirmed()) {
            LaneSender lane = lanes.get(confirmed.lane());
            if (lane == null) {
                continue;
            }
            switch (confirm(way, confirmed, lane, isFresh)) {
                case DIFFERENT -> {
                    String detail = "frame " + confirmed.lane() + "/" + confirmed.number();
                    troubles.raise(Trouble.CONFLICT, detail);
                    beginEpoch("the hub is ahead of this gateway or differs from it at " + detail,
                            List.of());
                    return;
                }
                case LOST -> lost.add(confirmed.lane());
                case KNOWN, PROGRESS -> {}
            }
        }
        if (!lost.isEmpty()) {
            troubles.raise(Trouble.HUB_LOST, lost.toString());
            beginEpoch("the hub has lost what it had confirmed in " + lost, lost);
        } else if (isFresh) {
            greeted(way);
        }
    }

    /** Whether what is on its way is in a coding that the hub can read, now that it has said what it can. */
    private boolean agreeOn(Abilities hub) throws InterruptedException, StoreFailed, Malformed {
        cutter.use(hub.codecFor());
        for (LaneSender lane : lanes.values()) {
            for (FrameRow row : lane.queue().unconfirmed().upTo(Long.MAX_VALUE)) {
                int codec = row.recipe().codec();
                if (codec != ContentWire.COLUMNS && !hub.codecs().contains(codec)) {
                    beginEpoch("the hub can't read the codec " + codec + " any more", List.of());
                    return false;
                }
            }
        }
        return true;
    }

    private Confirmation confirm(Way way, Confirmed confirmed, LaneSender lane, boolean isFresh)
            throws InterruptedException {
        long now = ticks();
        Outgoing oldest = lane.queue().unconfirmed().oldest();
        boolean isFrame = oldest != null && oldest.via == way && oldest.sentAtNanos != 0;
        // Over another way more may have been confirmed since the call: only what is less than then is a loss.
        boolean isLoss = isFresh && way.isLoss(confirmed.lane(), confirmed.number());
        Confirmation outcome = lane.queue().confirm(confirmed.number(), confirmed.history(), isLoss);
        if (outcome == Confirmation.PROGRESS) {
            lastConfirmedAt = setting.clock().instant();
            way.confirmed(lastConfirmedAt);
            troubles.cured();
            if (isFrame && oldest != null) {
                Duration took = Duration.ofNanos(now - oldest.sentAtNanos);
                way.figures().confirmed(took, oldest.piece == null ? 0 : oldest.piece.length);
                lane.pace(way).confirmed(took);
            }
        }
        return outcome;
    }

    private void greeted(Way way) {
        if (way.answered(ticks())) {
            LOGGER.info("uplink {}: the hub answers{}, epoch {}", name(),
                    way.terms() == null ? "" : " over " + way.name(), epoch);
        }
    }

    private void refused(Way way, Receipt receipt, Refusal refusal)
            throws InterruptedException, StoreFailed, Malformed {
        String text = refusal.reason() + ": " + refusal.text();
        switch (refusal.reason()) {
            case CONFLICT -> {
                if (receipt.epoch().equals(epoch)) {
                    troubles.raise(Trouble.CONFLICT, refusal.text());
                    beginEpoch(refusal.text(), List.of());
                }
            }
            case DENIED -> {
                troubles.raise(Trouble.DENIED, refusal.text());
                lose(way, text, way.backoff().longest());
            }
            case MALFORMED -> {
                troubles.raise(Trouble.MALFORMED, refusal.text());
                lose(way, text, way.backoff().longest());
            }
            case UNAVAILABLE, UNKNOWN -> lose(way, text, way.backoff().next());
        }
    }

    private void lose(Way way, String why, Duration quiet) {
        way.lose(name(), why, quiet, ticks());
        lanes.values().forEach(lane -> lane.lost(way));
    }

    /** Everything not confirmed is cut anew under a new name; the lost lanes from the start. */
    private void beginEpoch(String why, List<Lane> lost)
            throws InterruptedException, StoreFailed, Malformed {
        Epoch next = Epoch.random(setting.random());
        List<Change> changes = new ArrayList<>();
        lanes.forEach((lane, sender) ->
                changes.addAll(sender.queue().restart(lost.contains(lane))));
        changes.add(keepEpoch(next));
        Entry.Audit audit = new Entry.Audit("gateway", "new epoch " + next, name(), why,
                setting.clock().instant());
        setting.log().commit(new Commit(List.of(audit), changes));
        LOGGER.warn("uplink {}: new epoch {}: {}", name(), next, why);
        load();
        ways.all().forEach(Way::greetAnew);
    }

    private void load() throws InterruptedException, StoreFailed, Malformed {
        // What an interrupted run had submitted is on disk after this, and so in what is kept.
        setting.log().commit(new Commit(List.of(), List.of()));
        Map<String, byte[]> kept = setting.log().kept(LaneQueue.owner(name()));
        byte[] known = kept.get(EPOCH);
        if (known == null) {
            setting.log().commit(new Commit(List.of(), List.of(keepEpoch(epoch))));
        } else {
            epoch = Epoch.ofBytes(known);
        }
        List<Lane> damaged = new ArrayList<>();
        List<Lane> lost = new ArrayList<>();
        lanes.forEach((lane, sender) -> {
            LaneRows.Loss loss = sender.queue().load(kept);
            if (loss != LaneRows.Loss.NONE) {
                damaged.add(lane);
            }
            if (loss == LaneRows.Loss.STATE) {
                lost.add(lane);
            }
            sender.begin();
        });
        if (!damaged.isEmpty() || known == null && !kept.isEmpty()) {
            beginEpoch("what is kept of frames on their way is not complete " + damaged, lost);
        }
    }

    private Change keepEpoch(Epoch next) {
        return new Change.Keep(LaneQueue.owner(name()), EPOCH, next.toBytes());
    }

    private void keepPassed(long now) throws InterruptedException {
        if (now - passedKeptAt >= KEEP_PASSED_EVERY.toNanos()) {
            passedKeptAt = now;
            for (LaneSender lane : lanes.values()) {
                lane.queue().keepPassed();
            }
        }
    }

    UplinkStatus status() throws StoreFailed {
        long now = ticks();
        List<LaneStatus> lines = new ArrayList<>();
        for (LaneSender lane : lanes.values()) {
            lines.add(lane.status(now));
        }
        List<WayStatus> each = ways.all().stream().map(Way::status).toList();
        String state = ways.isUp() ? "up" : each.getFirst().state();
        return new UplinkStatus(name(), state, ways.isUp(), lastConfirmedAt, epoch.toString(), lines, each);
    }

    private Duration oldestWait(Way way, long now) {
        Duration oldest = Duration.ZERO;
        for (LaneSender lane : lanes.values()) {
            oldest = longer(oldest, lane.queue().unconfirmed().oldestWait(way, now));
        }
        return oldest;
    }

    private IntPredicate isForwarded() {
        Map<Integer, Boolean> known = new HashMap<>();
        return series -> known.computeIfAbsent(
                series, id -> setting.isForwarded().test(setting.log().series(id).name()));
    }

    private static String inSeconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    private String name() {
        return setting.config().name();
    }

    private long ticks() {
        return setting.ticker().nanos();
    }
}
