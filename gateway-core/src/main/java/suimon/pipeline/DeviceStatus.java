package suimon.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import suimon.reading.Words;

/**
 * One device behind a source, as the page shows it.
 *
 * @param name the user or client id it is known by
 * @param title what an operator calls it; null when nobody gave it a name
 * @param connections how many it has open
 * @param goodbye whether it left orderly; false while it is connected, or after its connection broke
 * @param lastHeardAt when a message last came; null when none did since the start
 * @param expectedEverySeconds the longest usual pause between messages, learned; null when it is not
 * @param silentAfterSeconds a longer pause raises an alarm; null when none does
 * @param silent whether that pause is over
 * @param held whether it sends more than it may and is held back
 * @param denied whether it published where it may not, within the last hour
 */
public record DeviceStatus(
        String name, @Nullable Words title, int connections, boolean goodbye, @Nullable Instant lastHeardAt,
        @Nullable Long expectedEverySeconds, @Nullable Long silentAfterSeconds, boolean silent, boolean held,
        boolean denied) {}
