package suimon.config;

import java.util.List;

/** The settings of one source; each connector brings its own record, chosen by {@code kind}. */
public interface SourceSettings extends Named {
    /** How its messages become readings; empty for sources that deliver typed samples. */
    default List<DecodeConfig> decode() {
        return List.of();
    }

    /** Whether its readings are of another time on purpose, so that their clock is not compared with ours. */
    default boolean isOfAnotherTime() {
        return false;
    }
}
