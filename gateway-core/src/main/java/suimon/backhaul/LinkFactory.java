package suimon.backhaul;

import suimon.config.LinkSettings;

/** Makes links of one kind; found with {@link java.util.ServiceLoader}. */
public interface LinkFactory {
    /** The value of {@code kind} in the configuration, such as {@code https}. */
    String kind();

    /** The record the settings are read into. */
    Class<? extends LinkSettings> settings();

    /** Makes a link that has not connected yet; settings are of the type {@link #settings} names. */
    Link open(LinkSettings settings, LinkContext context);
}
