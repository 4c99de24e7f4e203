package suimon.web;

import io.micronaut.http.sse.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * One page's stream of events. The HTTP server asks for events as its socket takes them; what it
 * has not asked for waits here, at most {@link #WAITING_MAX} events: then the page is cut off, and
 * comes back by itself for what it missed.
 */
final class LiveClient implements Publisher<Event<String>>, Subscription {
    /** About half a minute of a busy site; more would show a page the past as if it were now. */
    static final int WAITING_MAX = 64;
    /** And at most so much text beside the first event that waits, which may be a whole overview. */
    static final int WAITING_CHARACTERS_MAX = 1_000_000;

    private final Deque<Event<String>> waiting = new ArrayDeque<>();
    private final Consumer<LiveClient> onGone;
    private @Nullable Subscriber<? super Event<String>> subscriber;
    private long waitingCharacters;
    private long wanted;
    private boolean isDelivering;
    private boolean isOver;

    LiveClient(Consumer<LiveClient> onGone) {
        this.onGone = onGone;
    }

    @Override
    public void subscribe(Subscriber<? super Event<String>> to) {
        synchronized (this) {
            if (subscriber != null) {
                throw new IllegalStateException("one stream has one reader");
            }
            subscriber = to;
        }
        to.onSubscribe(this);
        deliver();
    }

    /** Gives the page an event; returns false when it was cut off for being too slow. */
    boolean offer(Event<String> event) {
        boolean isCutOff = false;
        synchronized (this) {
            if (isOver) {
                return false;
            }
            int length = event.getData().length();
            boolean isTooMuch = !waiting.isEmpty() && waitingCharacters + length > WAITING_CHARACTERS_MAX;
            if (isTooMuch || waiting.size() >= WAITING_MAX) {
                isCutOff = true;
            }
            if (!isCutOff) {
                waiting.add(event);
                waitingCharacters += length;
            }
        }
        if (isCutOff) {
            // An error, not a completion: completion would wait for the slow socket to take the rest.
            end(to -> to.onError(new StreamCutOff()));
            return false;
        }
        deliver();
        return true;
    }

    /** Ends the stream since the gateway stops; the page reconnects until it is back. */
    void close() {
        end(Subscriber::onComplete);
    }

    private void end(Consumer<Subscriber<? super Event<String>>> farewell) {
        Subscriber<? super Event<String>> to;
        synchronized (this) {
            to = isOver ? null : subscriber;
            isOver = true;
            waiting.clear();
        }
        if (to != null) {
            farewell.accept(to);
        }
        onGone.accept(this);
    }

    @Override
    public void request(long count) {
        synchronized (this) {
            wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
        }
        deliver();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            isOver = true;
            waiting.clear();
        }
        onGone.accept(this);
    }

    /** One thread delivers at a time, outside the monitor, since the reader may call back. */
    private void deliver() {
        while (true) {
            Event<String> next;
            Subscriber<? super Event<String>> to;
            synchronized (this) {
                to = subscriber;
                if (isDelivering || isOver || to == null || wanted == 0 || waiting.isEmpty()) {
                    return;
                }
                next = waiting.removeFirst();
                waitingCharacters -= next.getData().length();
                wanted--;
                isDelivering = true;
            }
            to.onNext(next);
            synchronized (this) {
                isDelivering = false;
            }
        }
    }

    /** The page read too slowly. */
    static final class StreamCutOff extends RuntimeException {
        private static final long serialVersionUID = 1;

        StreamCutOff() {
            super("a page that read too slowly was cut off; it comes back by itself", null, false, false);
        }
    }
}
