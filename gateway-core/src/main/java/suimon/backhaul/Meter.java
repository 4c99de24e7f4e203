package suimon.backhaul;

import org.jspecify.annotations.Nullable;
import suimon.config.UplinkConfig.Lane;

/** Counts what a link carries. Called on any thread; never blocks for long. */
public interface Meter {
    /** Where nobody wants to know. */
    Meter NONE = new Meter() {
        @Override
        public void sent(@Nullable Lane lane, int bytes) {}

        @Override
        public void received(int bytes) {}
    };

    /**
     * A message was handed to the link.
     *
     * @param lane null for what belongs to none
     */
    void sent(@Nullable Lane lane, int bytes);

    /** A message of the hub came over the link. */
    void received(int bytes);
}
