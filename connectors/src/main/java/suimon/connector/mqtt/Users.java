package suimon.connector.mqtt;

import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever was removed from the users' file, or has another role or password there, loses its
 * connection within seconds; sessions and wills of those who were removed go too. Used on the event
 * loop only, but for the reading of the file.
 */
final class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private final MqttListener listener;
    private final Vertx vertx;
    private final Login login;
    private boolean isLooking;
    private @Nullable Map<String, String> seen;
    private volatile @Nullable Map<String, String> inForce;

    Users(MqttListener listener, Vertx vertx, Login login) {
        this.listener = listener;
        this.vertx = vertx;
        this.login = login;
    }

    /** Reads the file once more; once a second. */
    void look() {
        if (isLooking || login == Login.ANYBODY) {
            return;
        }
        isLooking = true;
        vertx.executeBlocking(login::everybody, false).onComplete(read -> {
            isLooking = false;
            if (read.succeeded()) {
                found(read.result());
            } else if (read.cause() instanceof IOException) {
                LOG.warn("source={} those who are connected stay, since the users can't be read: {}",
                        listener.name(), read.cause().getMessage());
            }
        });
    }

    /** Whether changes from now on are noticed. Any thread. */
    boolean isWatching() {
        return inForce != null;
    }

    /** Counts when two looks in a row found the same: a file may be away while an editor replaces it. */
    private void found(@Nullable Map<String, String> now) {
        boolean isSettled = now != null && now.equals(seen);
        seen = now;
        if (!isSettled || now == null) {
            return;
        }
        Map<String, String> known = inForce;
        Map<String, String> before = known == null ? now : known;
        inForce = now;
        for (Connection connection : new ArrayList<>(listener.connections())) {
            String user = connection.session().user();
            if (!now.containsKey(user)) {
                connection.dismiss(MqttDisconnectReasonCode.NOT_AUTHORIZED, "user " + user + " was removed");
            } else if (before.containsKey(user) && !Objects.equals(before.get(user), now.get(user))) {
                connection.dismiss(MqttDisconnectReasonCode.ADMINISTRATIVE_ACTION,
                        "user " + user + " has another role or password now");
            }
        }
        // An empty file lets nobody in, but it may be that its disk was not mounted.
        if (!now.isEmpty()) {
            listener.sessions().keepThoseOf(now.keySet(), listener.wills()::withdrawn);
        }
    }
}
