package suimon.hub;

import suimon.config.GateSettings;

/** Makes gates of one kind; found with {@link java.util.ServiceLoader}. */
public interface GateFactory {
    /** The value of {@code kind} in the configuration, such as {@code https}. */
    String kind();

    /** The record the settings are read into. */
    Class<? extends GateSettings> settings();

    /** Makes a gate that is not started; settings are of the type {@link #settings} names. */
    Gate open(GateSettings settings, GateContext context);
}
