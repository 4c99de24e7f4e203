package suimon.pipeline;

import suimon.config.SourceSettings;

/** Makes sources of one kind; found with {@link java.util.ServiceLoader}. */
public interface SourceFactory {
    /** The value of {@code kind} in the configuration, such as {@code mqtt-listener}. */
    String kind();

    /** The record the settings are read into. */
    Class<? extends SourceSettings> settings();

    /** Makes a source that is not started; settings are of the type {@link #settings} names. */
    Source open(SourceSettings settings, SourceContext context);
}
