package suimon.web;

import io.micronaut.http.sse.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Entry;
import suimon.reading.Ticker;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;
import suimon.web.Present.Message;

/**
 * Follows the log and tells every open page, on one thread of its own. What changes within half a
 * second goes out as one event that is written once for all pages.
 */
final class LiveFeed implements AutoCloseable {
    /** Pages open at once; one more is told to come back later. */
    static final int CLIENTS_MAX = 32;
    /** Batches that are read at start to fill the board; older values are looked up by series. */
    static final int BATCHES_REBUILT_MAX = 500;
    /** Entries of each other kind; an alarm that is older than these many events is not shown. */
    static final int ENTRIES_REBUILT_MAX = 5000;
    /** Series whose last value is looked up; beyond these a card waits for its next value. */
    static final int RECALLED_MAX = 2000;
    static final int ENTRIES_MAX = 500;
    static final long BYTES_MAX = 1 << 20;
    static final Duration TELL_EVERY = Duration.ofMillis(500);
    static final Duration STATUS_EVERY = Duration.ofSeconds(2);
    static final Duration BEAT_EVERY = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

    private final Log log;
    private final LiveBoard board;
    private final Supplier<Status> status;
    private final Ticker ticker;
    private final List<LiveClient> clients = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private long told;
    private long toldAt;
    private long statusAt;
    private String statusTold = "";

    LiveFeed(Log log, LiveBoard board, Supplier<Status> status, Ticker ticker) {
        this.log = log;
        this.board = board;
        this.status = status;
        this.ticker = ticker;
        this.thread = Thread.ofPlatform().name("web-live").daemon().unstarted(this::run);
    }

    /** Fills the board from the log and begins to follow it. */
    void start() throws StoreFailed {
        long newest = log.newest();
        try (LogReader reader = log.reader()) {
            List<Sequenced> recent = new ArrayList<>();
            for (Class<? extends Entry> kind : rebuiltFrom()) {
                int most = kind == Entry.Batch.class ? BATCHES_REBUILT_MAX : ENTRIES_REBUILT_MAX;
                recent.addAll(reader.newest(List.of(kind), most));
            }
            recent.stream()
                    .filter(entry -> entry.sequence() <= newest)
                    .sorted(java.util.Comparator.comparingLong(Sequenced::sequence))
                    .forEach(board::take);
            recall(reader);
        }
        told = newest;
        position = newest;
        toldAt = ticker.nanos();
        statusAt = toldAt;
        thread.start();
    }

    private volatile long position;

    /** A stream for one page, or null when too many are open. */
    synchronized @Nullable Publisher<Event<String>> open(@Nullable String lastEventId) {
        if (clients.size() >= CLIENTS_MAX || stopped.getCount() == 0) {
            return null;
        }
        LiveClient client = new LiveClient(this::forget);
        clients.add(client);
        long seen = sequenceOf(lastEventId);
        Message first = seen < 0
                ? board.overview(status.get()) : board.changedAfter(seen, status.get());
        client.offer(event(seen < 0 ? "overview" : "series", first));
        return client;
    }

    synchronized int clients() {
        return clients.size();
    }

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
        List<LiveClient> open;
        synchronized (this) {
            open = List.copyOf(clients);
        }
        open.forEach(LiveClient::close);
    }

    private static List<Class<? extends Entry>> rebuiltFrom() {
        return List.of(Entry.Batch.class, Entry.Inference.class, Entry.Alarm.class, Entry.Label.class,
                Entry.Calibration.class);
    }

    /** Slow series: their last value may lie far behind the newest batches. */
    private void recall(LogReader reader) throws StoreFailed {
        for (int id : board.withoutValue().stream().limit(RECALLED_MAX).toList()) {
            long last = log.lastMeasured(id);
            if (last > Long.MIN_VALUE) {
                board.recall(reader.readings(id, last, last + 1, 1));
            }
        }
    }

    private synchronized void forget(LiveClient client) {
        clients.remove(client);
    }

    private void run() {
        try {
            while (stopped.getCount() > 0) {
                try (LogReader reader = log.reader()) {
                    follow(reader);
                } catch (StoreFailed failed) {
                    LOG.warn("the page's view of the log stands still at {}: {}", position, failed.getMessage());
                    stopped.await(RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(LogReader reader) throws StoreFailed, InterruptedException {
        while (stopped.getCount() > 0) {
            long newest = log.awaitBeyond(position, TELL_EVERY);
            while (position < newest) {
                List<Sequenced> entries = reader.after(position, ENTRIES_MAX, BYTES_MAX);
                entries.forEach(board::take);
                position = entries.isEmpty() ? newest : entries.getLast().sequence();
            }
            tell();
            long rest = TELL_EVERY.toNanos() - (ticker.nanos() - toldAt);
            if (rest > 0) {
                stopped.await(rest, TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Sends what is new to all pages; an empty beat when nothing has been for a while. */
    private synchronized void tell() {
        long now = ticker.nanos();
        if (now - toldAt < TELL_EVERY.toNanos()) {
            return;
        }
        if (clients.isEmpty()) {
            // Who comes next gets all of it, or what came since the last that it saw.
            told = board.sequence();
            toldAt = now;
            return;
        }
        boolean isStatusDue = now - statusAt >= STATUS_EVERY.toNanos();
        Status fresh = isStatusDue ? freshStatus(now) : null;
        Message message = board.changedAfter(told, fresh);
        boolean hasNews = message.series() != null || message.alarms() != null || fresh != null;
        boolean isBeatDue = now - toldAt >= BEAT_EVERY.toNanos();
        if (!hasNews && !isBeatDue) {
            return;
        }
        told = message.sequence();
        toldAt = now;
        Event<String> event = event(hasNews ? "series" : "beat", message);
        List.copyOf(clients).forEach(client -> client.offer(event));
    }

    private @Nullable Status freshStatus(long now) {
        statusAt = now;
        Status fresh = status.get();
        String text = Json.of(fresh);
        if (text.equals(statusTold)) {
            return null;
        }
        statusTold = text;
        return fresh;
    }

    private Event<String> event(String name, Message message) {
        return Event.of(Json.of(message)).name(name).id(board.epoch() + ":" + message.sequence());
    }

    /** The sequence a page has seen; -1 when it has seen nothing of this log's history. */
    private long sequenceOf(@Nullable String lastEventId) {
        String prefix = board.epoch() + ":";
        if (lastEventId == null || !lastEventId.startsWith(prefix)) {
            return -1;
        }
        String number = lastEventId.substring(prefix.length());
        return number.matches("\\d{1,18}") ? Long.parseLong(number) : -1;
    }
}
