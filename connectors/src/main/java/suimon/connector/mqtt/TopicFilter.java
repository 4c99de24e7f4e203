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

    /** Whether one can publish there (MQTT 5, 4.7.1): no wildcards. */
    static boolean isTopic(String topic) {
        return !topic.isEmpty() && topic.indexOf('+') < 0 && topic.indexOf('#') < 0;
    }

    static String[] levelsOf(String topic) {
        return topic.split("/", -1);
    }

    boolean matches(String topic) {
        return matches(levelsOf(topic));
    }

    /** Whether it can match a topic that begins with these levels, written with a slash at the end. */
    boolean reachesBelow(String prefix) {
        String[] above = levelsOf(prefix);
        for (int level = 0; level < above.length - 1; level++) {
            if (levels[level].equals("#")) {
                return true;
            }
            boolean fits = levels[level].equals("+") || levels[level].equals(above[level]);
            if (!fits || level == levels.length - 1) {
                return false;
            }
        }
        return true;
    }

    boolean matches(String[] given) {
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

    /** Whether it matches every topic that the other one matches. */
    boolean covers(TopicFilter other) {
        for (int level = 0; level < levels.length; level++) {
            if (levels[level].equals("#")) {
                return true;
            }
            if (level >= other.levels.length || other.levels[level].equals("#")
                    || !(levels[level].equals("+") || levels[level].equals(other.levels[level]))) {
                return false;
            }
        }
        return other.levels.length == levels.length;
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
