package suimon.connector.mqtt;

import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttWill;
import java.util.HashMap;
import java.util.Map;
import suimon.pipeline.Delivery;
import suimon.pipeline.Outlet;
import suimon.pipeline.Receipt;

/**
 * Last wills: decoded like any message of the client when it vanishes without a word, after the
 * delay it asked for unless it is back by then (MQTT 5, 3.1.3.2.2). Used on the event loop only.
 */
final class Wills {
    private final MqttListener listener;
    private final Vertx vertx;
    /** At most one per session, so {@link Sessions#SESSIONS_MAX} of them. */
    private final Map<String, Long> timers = new HashMap<>();

    Wills(MqttListener listener, Vertx vertx) {
        this.listener = listener;
        this.vertx = vertx;
    }

    void schedule(Session session, MqttWill will, long delaySeconds) {
        long delay = session.isLasting() ? Math.min(delaySeconds, listener.settings().sessionExpiry().toSeconds()) : 0;
        if (delay == 0) {
            publish(will);
            return;
        }
        cancel(session.client());
        timers.put(session.client(), vertx.setTimer(delay * 1000, id -> {
            timers.remove(session.client());
            publish(will);
        }));
    }

    void cancel(String client) {
        Long timer = timers.remove(client);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    private void publish(MqttWill will) {
        String source = listener.name();
        boolean isRefused = will.getWillTopic().startsWith(Outlet.PREFIX);
        Delivery.Message message = new Delivery.Message(
                source, will.getWillTopic(), will.getWillMessageBytes(), listener.nowNanos(), Receipt.NONE);
        if (isRefused || !listener.arrivals().offer(message)) {
            listener.inbox().refused(source, 1);
        }
    }
}
