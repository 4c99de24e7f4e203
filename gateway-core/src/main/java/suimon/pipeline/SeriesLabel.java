package suimon.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * A series as the readings of one source name it: always the same object, with a place for what
 * their taker found by the name, so that it need not look again for each reading. One thread.
 */
public final class SeriesLabel {
    private final String name;
    /** Where the ingest thread keeps the series; null before its first reading. */
    SeriesDesk.@Nullable Desk desk;

    SeriesLabel(String name) {
        this.name = name;
    }

    /** The series' name. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
