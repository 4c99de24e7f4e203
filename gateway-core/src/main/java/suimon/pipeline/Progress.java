package suimon.pipeline;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Health as progress, not as "connected".
 *
 * @param state what it is doing in a few words, such as {@code subscribed to 12 of 13 nodes}
 * @param healthy false when a person should look
 * @param lastProgressAt when it last moved something forward; null when it never did
 * @param counts what it had to do to keep going since it was started, by name, such as
 *     {@code items_remade}
 */
public record Progress(
        String state, boolean healthy, @Nullable Instant lastProgressAt, Map<String, Long> counts) {
    public Progress {
        counts = Map.copyOf(counts);
    }

    /** Of a part that counts nothing. */
    public Progress(String state, boolean healthy, @Nullable Instant lastProgressAt) {
        this(state, healthy, lastProgressAt, Map.of());
    }
}
