package suimon.connector.mqtt;

import io.vertx.mqtt.MqttEndpoint;
import suimon.pipeline.Inbox;
import suimon.pipeline.TokenBucket;

/**
 * What comes in from one client, held back where it is too much: QoS 0 beyond the rate is refused
 * and counted, QoS 1 and 2 are not read on until there is a token, so nothing that is acknowledged
 * is dropped. Used on the event loop only.
 */
final class Inflow {
    /** QoS 0 messages refused between two ticks before the socket is left alone, to spare the CPU. */
    static final int SURPLUS_MAX = 200;

    private final Throttle throttle;
    private final MqttEndpoint endpoint;
    private final Device device;
    private final Inbox inbox;
    private final String source;
    private int surplus;
    private int waiting;
    private boolean isHeld;
    private boolean isBeyondShare;
    private boolean isClosed;

    Inflow(MqttListener listener, MqttEndpoint endpoint, Device device) {
        throttle = listener.throttle();
        this.endpoint = endpoint;
        this.device = device;
        inbox = listener.inbox();
        source = listener.name();
    }

    /** Whether a message may go on; a refused one is counted. */
    boolean admits(int qos) {
        TokenBucket bucket = device.bucket();
        long now = throttle.nanos();
        if (bucket == null || bucket.take(now)) {
            surplus = 0;
            return true;
        }
        device.overran(now);
        if (qos > 0) {
            bucket.owe();
            hold();
            return true;
        }
        inbox.refused(source, 1);
        if (++surplus >= SURPLUS_MAX) {
            hold();
        }
        return false;
    }

    /** A message with QoS 0 is on its way to the disk. */
    void offered() {
        waiting++;
        throttle.offered();
        if (waiting > throttle.share() && !isBeyondShare) {
            isBeyondShare = true;
            device.overran(throttle.nanos());
            hold();
        }
    }

    /** A message with QoS 0 is on disk, or lost. */
    void settled() {
        waiting--;
        throttle.settled();
        // Half of the way down, or it would be held and released for every message.
        if (isBeyondShare && waiting <= throttle.share() / 2) {
            isBeyondShare = false;
            tick();
        }
    }

    /** Reads on where there is reason to. */
    void tick() {
        surplus = 0;
        TokenBucket bucket = device.bucket();
        boolean mayRead = !isBeyondShare && (bucket == null || bucket.has(throttle.nanos()));
        if (isHeld && !isClosed && mayRead) {
            isHeld = false;
            throttle.release(this);
            Sockets.readOn(endpoint);
        } else if (isHeld && !isClosed) {
            // It may well have sent its keep-alive: it is us who don't read.
            Sockets.keepAlive(endpoint);
        }
    }

    void closed() {
        isClosed = true;
        throttle.release(this);
    }

    private void hold() {
        if (!isHeld && !isClosed) {
            isHeld = true;
            throttle.hold(this);
            Sockets.holdBack(endpoint);
        }
    }
}
