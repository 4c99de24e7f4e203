package suimon.web;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes the Prometheus text format 0.0.4. Label values are escaped here, so no name of a site can
 * break a scrape.
 */
final class Metrics {
    private final StringBuilder out = new StringBuilder(4096);

    void header(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void gauge(String name, String help, long value) {
        header(name, "gauge", help);
        sample(name, value);
    }

    /** A sample with labels given as name, value, name, value. */
    void sample(String name, long value, String... labels) {
        out.append(name);
        char before = '{';
        for (int i = 0; i < labels.length; i += 2) {
            out.append(before).append(labels[i]).append("=\"").append(escape(labels[i + 1])).append('"');
            before = ',';
        }
        out.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
    }

    /** A moment in seconds since the epoch; left out while there is none. */
    void time(String name, @Nullable Instant moment, String... labels) {
        if (moment != null) {
            sample(name, moment.getEpochSecond(), labels);
        }
    }

    String text() {
        return out.toString();
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
