package suimon.config;

import java.util.List;

/** Which series are meant, by MQTT's wildcards (MQTT 5, 4.7): {@code +} one level, {@code #} the rest. */
public record SeriesFilter(List<String> filters) {
    public SeriesFilter {
        filters = List.copyOf(filters);
        for (String filter : filters) {
            if (!filter.matches("([^/+#]+|\\+)(/([^/+#]+|\\+))*(/#)?|#")) {
                throw new IllegalArgumentException(
                        "'" + filter + "', expected a series or a filter such as pen1/# or +/temperature");
            }
        }
    }

    /** Whether a series of that name is meant; all are where there is no filter. */
    public boolean matches(String series) {
        return filters.isEmpty() || filters.stream().anyMatch(filter -> matches(filter.split("/"), series.split("/")));
    }

    private static boolean matches(String[] wanted, String[] given) {
        for (int level = 0; level < wanted.length; level++) {
            if (wanted[level].equals("#")) {
                return true;
            }
            if (level >= given.length || !wanted[level].equals("+") && !wanted[level].equals(given[level])) {
                return false;
            }
        }
        return wanted.length == given.length;
    }
}
