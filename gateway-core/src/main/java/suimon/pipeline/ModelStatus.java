package suimon.pipeline;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;

/**
 * How one configured model is doing.
 *
 * @param name the configured instance's name
 * @param identity the package and its version
 * @param note what is missing or why it stopped, in English; empty while it runs
 * @param issuedAt the end of the newest window it ran on; null before the first
 * @param outputs what it gave then; empty before the first run since the start
 */
public record ModelStatus(
        String name, String identity, State state, String note, @Nullable Instant issuedAt,
        List<Entry.Output> outputs) {
    public ModelStatus {
        outputs = List.copyOf(outputs);
    }

    /** What it does. */
    public enum State {
        /** Its newest window was complete. */
        RUNNING,
        /** Readings are missing; see the note. */
        WAITING,
        /** It failed while running and is not called any more. */
        STOPPED
    }
}
