package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every source keeps to, whatever its protocol. Extended by each source's own test. */
public abstract class SourceContract {
    @TempDir
    public Path folder = Path.of("");

    public final ScriptedInbox inbox = new ScriptedInbox();
    private final java.util.ArrayDeque<Source> opened = new java.util.ArrayDeque<>();

    /** A source named {@code contract}, not started, together with whatever it listens to. */
    protected abstract Source open(SourceContext context) throws Exception;

    /** Makes the world send the values 1 to so many, in order; may return before they arrive. */
    protected abstract void send(int values) throws Exception;

    /** The last value of what {@link #send} made, as it shows in {@link ScriptedInbox#texts}. */
    protected abstract String lastOf(int values);

    /** Opens, remembers for closing, and starts. */
    protected final Source started() throws Exception {
        Source source = open(inbox.context(folder));
        opened.push(source);
        source.start();
        return source;
    }

    /** Waits until what the world sends now reaches the source; for those that must connect first. */
    protected void ready(Source source) throws Exception {}

    @AfterEach
    final void closeAll() {
        opened.forEach(Source::close);
    }

    @Test
    public void deliversUnderItsConfiguredName() throws Exception {
        Source source = started();
        ready(source);

        send(1);
        inbox.awaitWaiting(1);

        assertThat(source.name()).isEqualTo("contract");
        assertThat(inbox.waiting()).extracting(Delivery::source).containsOnly("contract");
    }

    @Test
    public void deliversInTheOrderOfItsSender() throws Exception {
        ready(started());
        inbox.commitsByItself();

        send(20);
        inbox.await(all -> all.texts().contains(lastOf(20)));

        List<String> texts = inbox.texts();
        assertThat(texts).containsSubsequence(lastOf(1), lastOf(10), lastOf(20));
    }

    @Test
    public void progressIsWhatWasStoredAndNotThatItIsConnected() throws Exception {
        Source source = started();
        ready(source);
        assertThat(source.progress().lastProgressAt()).isNull();
        send(1);
        inbox.awaitWaiting(1);

        inbox.commit();

        await(() -> source.progress().lastProgressAt() != null);
    }

    @Test
    public void afterClosingNothingIsDeliveredAndLateReceiptsAreHarmless() throws Exception {
        Source source = started();
        ready(source);
        send(1);
        inbox.awaitWaiting(1);

        source.close();
        source.close();
        inbox.commit();

        assertThat(inbox.waiting()).isEmpty();
    }

    /** Waits for a condition, a minute at most. */
    protected static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen within 60 s");
            }
            Thread.sleep(5);
        }
    }
}
