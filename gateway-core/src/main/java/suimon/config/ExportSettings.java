package suimon.config;

import java.util.List;

/** The settings of one export; each connector brings its own record, chosen by {@code kind}. */
public interface ExportSettings extends Named {
    /** Filters of series' names with MQTT's wildcards, such as {@code pen1/#}; empty for all. */
    List<String> series();

    /** Whether steps of alarms are told too. */
    boolean alarms();

    /** Whether what was not told yet is kept for it as far as the quota allows. */
    boolean required();
}
