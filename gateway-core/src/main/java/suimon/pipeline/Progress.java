package suimon.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Health as progress, not as "connected".
 *
 * @param state what it is doing in a few words, such as {@code subscribed to 12 of 13 nodes}
 * @param healthy false when a person should look
 * @param lastProgressAt when it last moved something forward; null when it never did
 */
public record Progress(String state, boolean healthy, @Nullable Instant lastProgressAt) {}
