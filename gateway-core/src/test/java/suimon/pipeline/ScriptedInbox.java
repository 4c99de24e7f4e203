package suimon.pipeline;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An inbox that keeps what it gets until the test says commit. Committed notes are handed to the
 * next source that starts, as the log would. Safe for many threads.
 */
public final class ScriptedInbox implements Inbox {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Delivery> waiting = new ArrayList<>();
    private final List<Delivery> committed = new ArrayList<>();
    private final Map<String, byte[]> kept = new HashMap<>();
    private int capacity = 100_000;
    private long refused;
    private boolean commitsByItself;

    /** What a source needs, with this inbox. */
    public SourceContext context(Path folder) {
        return context(folder, Clock.systemUTC(), System::nanoTime);
    }

    /** The same with a time of the test's own. */
    public SourceContext context(Path folder, Clock clock, suimon.reading.Ticker ticker) {
        return new SourceContext(this, name -> snapshot(), series -> Long.MIN_VALUE, folder, clock, ticker, "test-site");
    }

    @Override
    public boolean offer(Delivery delivery) {
        synchronized (this) {
            if (waiting.size() >= capacity) {
                return false;
            }
            if (delivery instanceof MessageBatch batch) {
                unpack(batch);
            } else {
                waiting.add(delivery);
            }
            notifyAll();
        }
        if (commitsByItself) {
            commit();
        }
        return true;
    }

    /** Message by message; the last one carries the receipt of all. */
    private void unpack(MessageBatch batch) {
        for (int row = 0; row < batch.messages(); row++) {
            Delivery.Message one = batch.message(row);
            boolean isLast = row == batch.messages() - 1;
            waiting.add(new Delivery.Message(one.source(), one.address(), one.payload(), one.receivedNanos(),
                    one.repeat(), one.notes(), isLast ? batch.receipt() : Receipt.NONE));
        }
    }

    @Override
    public void put(Delivery delivery) throws InterruptedException {
        synchronized (this) {
            while (waiting.size() >= capacity) {
                wait();
            }
        }
        offer(delivery);
    }

    @Override
    public synchronized void refused(String source, long messages) {
        refused += messages;
        notifyAll();
    }

    /** Takes no more than so many before the next commit. */
    public synchronized ScriptedInbox capacity(int deliveries) {
        capacity = deliveries;
        return this;
    }

    /** Commits each delivery at once. */
    public synchronized ScriptedInbox commitsByItself() {
        commitsByItself = true;
        return this;
    }

    /** Puts all that waits on disk, so to speak, and tells the senders. */
    public void commit() {
        List<Delivery> batch;
        synchronized (this) {
            batch = List.copyOf(waiting);
            waiting.clear();
            batch.forEach(delivery -> delivery.notes().forEach(note -> kept.put(note.key(), note.bytes())));
            kept.values().removeIf(bytes -> bytes.length == 0);
            committed.addAll(batch);
            notifyAll();
        }
        batch.forEach(delivery -> delivery.receipt().stored());
    }

    /** Loses all that was not committed, as a kill would. */
    public synchronized void kill() {
        waiting.clear();
    }

    public synchronized long refused() {
        return refused;
    }

    /** Messages and samples that wait for a commit. */
    public synchronized List<Delivery> waiting() {
        return waiting.stream()
                .filter(delivery -> !(delivery instanceof Delivery.Keep || delivery instanceof Delivery.Alarm)).toList();
    }

    /** What the source told of alarms, as {@code key on} or {@code key off}, committed or not. */
    public synchronized List<String> alarms() {
        return java.util.stream.Stream.concat(committed.stream(), waiting.stream())
                .filter(Delivery.Alarm.class::isInstance).map(Delivery.Alarm.class::cast)
                .map(alarm -> alarm.key() + (alarm.active() ? " on" : " off")).toList();
    }

    /** Messages that wait or were committed, as {@code address payload}. */
    public synchronized List<String> texts() {
        List<String> texts = new ArrayList<>();
        committed.forEach(delivery -> add(texts, delivery));
        waiting.forEach(delivery -> add(texts, delivery));
        return texts;
    }

    public synchronized Map<String, byte[]> snapshot() {
        return Map.copyOf(kept);
    }

    /** Waits until the inbox is as wanted. */
    public synchronized void await(Predicate<ScriptedInbox> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(this)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("never came: waiting " + waiting + ", texts " + texts());
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }

    /** Waits until so many messages or samples wait for a commit. */
    public void awaitWaiting(int count) throws InterruptedException {
        await(inbox -> inbox.waiting().size() >= count);
    }

    private static void add(List<String> texts, Delivery delivery) {
        switch (delivery) {
            case Delivery.Message message -> texts.add(message.address() + " "
                    + new String(message.payload(), java.nio.charset.StandardCharsets.UTF_8));
            case Delivery.Samples samples -> samples.samples().forEach(
                    sample -> texts.add(sample.series() + " " + sample.value().asText()));
            case Delivery.Refused refused -> texts.add("refused " + refused.address() + " " + refused.reason());
            case Delivery.Lost lost -> texts.add("lost " + lost.series() + " " + lost.reason());
            case Delivery.Alarm alarm -> texts.add(
                    "alarm " + alarm.key() + (alarm.active() ? " on " : " off ") + alarm.message().en());
            case Delivery.Keep keep -> { }
            case MessageBatch batch -> throw new IllegalStateException("was unpacked");
        }
    }
}
