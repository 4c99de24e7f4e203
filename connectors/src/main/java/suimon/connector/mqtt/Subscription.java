package suimon.connector.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * One subscription of a session.
 *
 * @param written as the client wrote it; a shared one with {@code $share/GROUP/} before the filter
 * @param isShared whether one client of the group gets each message (MQTT 5, 4.8.2)
 * @param qos as granted, 0 or 1
 * @param identifier goes with every message it brings; 0 for none
 * @param keepsRetain whether a message that is retained is marked so when it is sent live
 */
record Subscription(
        String written, boolean isShared, TopicFilter filter, int qos, int identifier, boolean keepsRetain) {
    private static final String SHARE = "$share/";

    /** Null when the filter is not valid. */
    static @Nullable Subscription of(String written, int qos, int identifier, boolean keepsRetain) {
        boolean isShared = written.startsWith(SHARE);
        String plain = written;
        if (isShared) {
            int slash = written.indexOf('/', SHARE.length());
            String group = slash < 0 ? "" : written.substring(SHARE.length(), slash);
            if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
                return null;
            }
            plain = written.substring(slash + 1);
        }
        TopicFilter filter = TopicFilter.parse(plain);
        return filter == null ? null : new Subscription(written, isShared, filter, qos, identifier, keepsRetain);
    }
}
