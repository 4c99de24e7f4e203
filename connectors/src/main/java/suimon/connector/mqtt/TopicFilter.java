package suimon.connector.mqtt;

import org.jspecify.annotations.Nullable;

/** An MQTT topic filter (MQTT 5, 4.7) below {@code suimon/}. */
record TopicFilter(String written, String[] levels) {
    /** A valid filter, or null. */
    static @Nullable TopicFilter parse(String written) {
        String[] levels = written.split("/", -1);
        for (int level = 0; level < levels.length; level++) {
            String one = levels[level];
            boolean isHashInside = one.contains("#") && (one.length() > 1 || level < levels.length - 1);
            if (isHashInside || (one.contains("+") && one.length() > 1)) {
                return null;
            }
        }
        return written.isEmpty() ? null : new TopicFilter(written, levels);
    }

    boolean matches(String topic) {
        String[] given = topic.split("/", -1);
        for (int level = 0; level < levels.length; level++) {
            if (levels[level].equals("#")) {
                return true;
            }
            if (level >= given.length || !(levels[level].equals("+") || levels[level].equals(given[level]))) {
                return false;
            }
        }
        return given.length == levels.length;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof TopicFilter other && other.written.equals(written);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    @Override
    public String toString() {
        return written;
    }
}
