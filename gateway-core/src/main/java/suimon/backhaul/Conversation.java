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
    private final Link link;
    private final LogReader reader;
    private final Map<Lane, LaneSender> lanes = new EnumMap<>(Lane.class);
    private final Backoff backoff;
    private final Troubles troubles;
    private final Cutter cutter;
    private Epoch epoch;
    private boolean isGreeted;
    private int call;
    private long helloAt;
    private long quietUntil;
    private long passedKeptAt;
    private String state = "connecting";
    private @Nullable Instant lastConfirmedAt;

    private Conversation(Uplink.Setting setting, Link link, LogReader reader) {
        this.setting = setting;
        this.link = link;
        this.reader = reader;
        this.epoch = Epoch.random(setting.random());
        this.backoff = new Backoff(
                setting.timing().backoffLeast(), setting.timing().backoffMost(), setting.random());
        this.troubles = new Troubles(setting.config().name(), setting.clock(), setting.alarms());
        Walk walk = new Walk(reader, setting.log()::newest, isForwarded());
        cutter = new Cutter(walk, setting.log()::series);
        long now = ticks();
        quietUntil = now;
        passedKeptAt = now;
        for (Lane lane : Lane.values()) {
            if (setting.config().lanes().contains(lane)) {
                LaneQueue queue = new LaneQueue(setting.log(), name(), lane, walk, cutter);
                lanes.put(lane, new LaneSender(setting, link, queue, now));
            }
        }
    }

    static Conversation open(Uplink.Setting setting, Link link)
            throws StoreFailed, Malformed, InterruptedException {
        LogReader reader = setting.log().reader();
        try {
            Conversation conversation = new Conversation(setting, link, reader);
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
        if (now < quietUntil) {
            return Duration.ofNanos(quietUntil - now);
        }
        try {
            if (!isGreeted) {
                return greet(now);
            }
            Duration wait = oldestWait(now);
            if (wait.compareTo(patience()) > 0) {
                link.reset();
                lose("no confirmation for " + inSeconds(wait), backoff.next());
                return Duration.ZERO;
            }
            for (LaneSender lane : lanes.values()) {
                if (lane.serve(epoch, now) || lane.queue().lane() == Lane.P1 && beat(lane, now)) {
                    return Duration.ZERO;
                }
            }
            return untilNext(now, wait);
        } catch (LinkDown down) {
            lose(String.valueOf(down.getMessage()), backoff.next());
            return Duration.ZERO;
        } catch (Unconfirmed.Changed changed) {
            beginEpoch(String.valueOf(changed.getMessage()), List.of());
            return Duration.ZERO;
        }
    }

    private Duration greet(long now) throws LinkDown, InterruptedException {
        if (helloAt == 0) {
            call = call == Integer.MAX_VALUE ? 1 : call + 1;
            link.send(Messages.write(new Messages.Hello(setting.gateway(), epoch, call)));
            helloAt = ticks();
            return setting.timing().answerWithin();
        }
        Duration left = patience().minusNanos(now - helloAt);
        if (left.isPositive()) {
            return left;
        }
        link.reset();
        lose("no answer for " + inSeconds(patience()), backoff.next());
        return Duration.ZERO;
    }

    private boolean beat(LaneSender lane, long now) throws InterruptedException {
        if (!lane.isQuietFor(setting.timing().heartbeat(), now)) {
            return false;
        }
        List<Long> behind = lanes.values().stream().map(each -> each.queue().behind()).toList();
        lane.cutHeartbeat(new Content.Heartbeat(setting.clock().instant(), behind), now);
        return true;
    }

    private Duration untilNext(long now, Duration oldestWait) {
        Duration next = shorter(IDLE, patience().minus(oldestWait));
        for (LaneSender lane : lanes.values()) {
            Duration due = lane.untilDue(now);
            next = due == null ? next : shorter(next, due);
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
    void hear(byte[] answer) throws InterruptedException, StoreFailed, Malformed {
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
            refused(receipt, refusal);
            return;
        }
        boolean isFresh = receipt.call() == call && receipt.call() != 0;
        if (!receipt.epoch().equals(epoch) || receipt.call() != 0 && !isFresh) {
            return;
        }
        if (isFresh && !agreeOn(receipt.abilities())) {
            return;
        }
        List<Lane> lost = new ArrayList<>();
        for (Confirmed confirmed : receipt.confirmed()) {
            LaneSender lane = lanes.get(confirmed.lane());
            if (lane == null) {
                continue;
            }
            switch (confirm(confirmed, lane, isFresh)) {
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
            greeted();
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

    private Confirmation confirm(Confirmed confirmed, LaneSender lane, boolean isFresh)
            throws InterruptedException {
        Duration took = lane.queue().unconfirmed().oldestWait(ticks());
        Confirmation outcome =
                lane.queue().confirm(confirmed.number(), confirmed.history(), isFresh);
        if (outcome == Confirmation.PROGRESS) {
            lastConfirmedAt = setting.clock().instant();
            state = "up";
            backoff.reset();
            troubles.cured();
            if (!took.isZero()) {
                lane.pace().confirmed(took);
            }
        }
        return outcome;
    }

    private void greeted() {
        isGreeted = true;
        helloAt = 0;
        state = "up";
        LOGGER.info("uplink {}: the hub answers, epoch {}", name(), epoch);
    }

    private void refused(Receipt receipt, Refusal refusal)
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
                lose(text, backoff.longest());
            }
            case MALFORMED -> {
                troubles.raise(Trouble.MALFORMED, refusal.text());
                lose(text, backoff.longest());
            }
            case UNAVAILABLE, UNKNOWN -> lose(text, backoff.next());
        }
    }

    private void lose(String why, Duration quiet) {
        if (isGreeted || !state.equals(why)) {
            LOGGER.warn("uplink {}: {}; next try in {}", name(), why, inSeconds(quiet));
        }
        isGreeted = false;
        helloAt = 0;
        state = why;
        quietUntil = ticks() + quiet.toNanos();
        lanes.values().forEach(LaneSender::lost);
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
        isGreeted = false;
        helloAt = 0;
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
        return new UplinkStatus(name(), state, isGreeted, lastConfirmedAt, epoch.toString(), lines);
    }

    /** Longer than usual while a large frame is on a slow way. */
    private Duration patience() {
        Duration slowest = Duration.ZERO;
        for (LaneSender lane : lanes.values()) {
            slowest = longer(slowest, lane.pace().lastTook());
        }
        Duration scaled = slowest.multipliedBy(4);
        Duration least = setting.timing().answerWithin();
        return longer(scaled, least);
    }

    private Duration oldestWait(long now) {
        Duration oldest = Duration.ZERO;
        for (LaneSender lane : lanes.values()) {
            oldest = longer(oldest, lane.queue().unconfirmed().oldestWait(now));
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
