package suimon.backhaul;

import suimon.config.ExportSettings;

/** Makes exports of one kind; found with {@link java.util.ServiceLoader}. */
public interface ExportFactory {
    /** The value of {@code kind} in the configuration, such as {@code sparkplug-edge}. */
    String kind();

    /** The record the settings are read into. */
    Class<? extends ExportSettings> settings();

    /** Makes one that has not connected yet; settings are of the type {@link #settings} names. */
    Export open(ExportSettings settings, ExportContext context);
}
