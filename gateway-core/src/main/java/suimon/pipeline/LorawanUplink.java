package suimon.pipeline;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.reading.Value;

/**
 * What both network servers say of an uplink, in one form. The words are ours, see the README of
 * the MQTT connector: device, name, port, counter, rssi, snr, gateway, gateways, spreadingFactor,
 * battery, margin, object.
 *
 * <p>Fields that a server leaves out because they are zero (both do) are zero here.
 *
 * @param device the EUI, 16 hexadecimal digits in lower case
 * @param measuredNanos the best time of reception, {@link TimeText#NONE} when no time was said
 * @param payload FRMPayload in base64; empty when there is none
 * @param isUplink false for a join, an acknowledgement and the like, which have no readings
 */
record LorawanUplink(
        String device, String session, long counter, long measuredNanos, String payload, boolean isUplink,
        Tree.Members said) {
    /** A gateway's clock counts where it is at most so far from the server's. */
    static final long CLOCKS_APART_MAX_NANOS = 60_000_000_000L;

    private static final Pattern EUI = Pattern.compile("[0-9a-fA-F]{16}");
    private static final TimeText ISO = new TimeText(TimeFormat.ISO, null);
    private static final long COUNTER_MAX = 0xffffffffL;

    /** An uplink, or why it is none. */
    sealed interface Outcome {
        record Read(LorawanUplink uplink) implements Outcome {}

        record Unread(String reason) implements Outcome {}
    }

    static Outcome of(Tree payload) {
        if (!(payload instanceof Tree.Members message)) {
            return new Outcome.Unread("is " + payload.name() + ", expected an object");
        }
        if (at(message, "deviceInfo") instanceof Tree.Members info) {
            return chirpStack(message, info);
        }
        if (at(message, "end_device_ids") instanceof Tree.Members ids) {
            return thingsStack(message, ids);
        }
        boolean isOlder = at(message, "devEUI") instanceof Tree.Scalar || at(message, "dev_id") instanceof Tree.Scalar;
        return new Outcome.Unread(isOlder
                ? "is of ChirpStack 3 or The Things Network 2, expected ChirpStack 4 or The Things Stack 3"
                : "has neither deviceInfo (ChirpStack 4) nor end_device_ids (The Things Stack 3)");
    }

    private static Outcome chirpStack(Tree.Members message, Tree.Members info) {
        List<Tree> radio = items(at(message, "rxInfo"));
        Tree lora = path(message, "txInfo", "modulation", "lora");
        // A status is a message of its own; its level is unknown when the device is on mains.
        boolean isStatus = at(message, "margin") != Tree.Absent.MISSING
                || at(message, "batteryLevel") != Tree.Absent.MISSING;
        boolean isUplink = isStatus || !radio.isEmpty() || at(message, "data") != Tree.Absent.MISSING
                || at(message, "txInfo") != Tree.Absent.MISSING && at(message, "downlinkId") == Tree.Absent.MISSING;
        long server = time(at(message, "time"));
        List<Long> gateways = new ArrayList<>();
        for (Tree one : radio) {
            gateways.add(time(path(one, "gwTime")));
            gateways.add(time(path(one, "time")));
        }
        long network = latest(radio, "nsTime");
        Facts facts = new Facts();
        facts.add("name", at(info, "deviceName"));
        facts.addNumber("port", at(message, "fPort"), !isStatus && isUplink);
        facts.addNumber("counter", at(message, "fCnt"), !isStatus && isUplink);
        facts.addRadio(radio, "gatewayId");
        facts.add("spreadingFactor", path(lora, "spreadingFactor"));
        facts.add("battery", at(message, "batteryLevel"));
        facts.add("margin", at(message, "margin"));
        facts.add("object", at(message, "object"));
        return read(at(info, "devEui"), text(at(message, "devAddr")), at(message, "fCnt"), text(at(message, "data")),
                best(gateways, network == TimeText.NONE ? server : network, server), isUplink, facts);
    }

    private static Outcome thingsStack(Tree.Members message, Tree.Members ids) {
        boolean isUplink = at(message, "uplink_message") instanceof Tree.Members;
        Tree uplink = at(message, "uplink_message");
        List<Tree> radio = items(path(uplink, "rx_metadata"));
        List<Long> gateways = new ArrayList<>();
        for (Tree one : radio) {
            gateways.add(time(path(one, "gps_time")));
            gateways.add(time(path(one, "time")));
            gateways.add(time(path(one, "received_at")));
        }
        long network = time(path(uplink, "received_at"));
        long application = time(at(message, "received_at"));
        Facts facts = new Facts();
        facts.add("name", at(ids, "device_id"));
        facts.addNumber("port", path(uplink, "f_port"), isUplink);
        facts.addNumber("counter", path(uplink, "f_cnt"), isUplink);
        facts.addRadio(radio, "gateway_ids");
        facts.add("spreadingFactor", path(uplink, "settings", "data_rate", "lora", "spreading_factor"));
        facts.add("battery", path(uplink, "last_battery_percentage", "value"));
        facts.add("object", path(uplink, "decoded_payload"));
        String session = text(path(uplink, "session_key_id")) + "/" + text(at(ids, "dev_addr"));
        return read(at(ids, "dev_eui"), session, path(uplink, "f_cnt"), text(path(uplink, "frm_payload")),
                best(gateways, network == TimeText.NONE ? application : network, application), isUplink, facts);
    }

    private static Outcome read(
            Tree eui, String session, Tree counter, String payload, long measured, boolean isUplink, Facts facts) {
        String device = text(eui);
        if (!EUI.matcher(device).matches()) {
            return new Outcome.Unread("has the device EUI " + Draft.shown(device) + ", expected 16 hexadecimal digits");
        }
        long count = 0;
        if (counter instanceof Tree.Scalar scalar) {
            count = scalar.value() instanceof Value.Int64 whole ? whole.value() : -1;
            if (count < 0 || count > COUNTER_MAX) {
                return new Outcome.Unread("has the frame counter " + Draft.shown(scalar.value().asText())
                        + ", expected 0 to 4294967295");
            }
        }
        String lower = device.toLowerCase(Locale.ROOT);
        facts.add("device", plain(new Value.Text(lower)));
        return new Outcome.Read(new LorawanUplink(
                lower, session, count, measured, payload, isUplink, new Tree.Members(facts.members)));
    }

    /** The payload's bytes, or null when it is not base64. */
    byte @Nullable [] bytes() {
        try {
            return Base64.getDecoder().decode(payload);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * The gateway's time nearest to the server's: several gateways hear one uplink, and one may have
     * a wrong clock. Without a plausible one the network's time counts.
     */
    private static long best(List<Long> gateways, long network, long otherwise) {
        long found = TimeText.NONE;
        for (long time : gateways) {
            if (time == TimeText.NONE) {
                continue;
            }
            if (network == TimeText.NONE) {
                return time;
            }
            boolean isPlausible = apart(time, network) <= CLOCKS_APART_MAX_NANOS;
            if (isPlausible && (found == TimeText.NONE || apart(time, network) < apart(found, network))) {
                found = time;
            }
        }
        return found != TimeText.NONE ? found : network != TimeText.NONE ? network : otherwise;
    }

    private static long apart(long one, long other) {
        long difference = one - other;
        boolean isBeyond = ((one ^ other) & (one ^ difference)) < 0 || difference == Long.MIN_VALUE;
        return isBeyond ? Long.MAX_VALUE : Math.abs(difference);
    }

    private static long latest(List<Tree> radio, String key) {
        long latest = TimeText.NONE;
        for (Tree one : radio) {
            latest = Math.max(latest, time(path(one, key)));
        }
        return latest;
    }

    private static long time(Tree written) {
        return written instanceof Tree.Scalar scalar && scalar.value() instanceof Value.Text text
                ? ISO.parse(text.value()) : TimeText.NONE;
    }

    private static Tree at(Tree.Members members, String key) {
        return members.at(key);
    }

    private static Tree path(Tree from, String... keys) {
        Tree node = from;
        for (String key : keys) {
            node = node instanceof Tree.Members members ? members.at(key) : Tree.Absent.MISSING;
        }
        return node;
    }

    private static List<Tree> items(Tree node) {
        return node instanceof Tree.Items items ? items.items() : List.of();
    }

    private static String text(Tree node) {
        return node instanceof Tree.Scalar scalar && scalar.value() instanceof Value.Text text ? text.value() : "";
    }

    private static Tree plain(Value value) {
        return new Tree.Scalar(value, Tree.Kind.PLAIN);
    }

    /** Collects what is said. */
    private static final class Facts {
        private final List<Tree.Member> members = new ArrayList<>();

        void add(String key, Tree value) {
            if (!(value instanceof Tree.Absent)) {
                members.add(new Tree.Member(key, false, value));
            }
        }

        void addNumber(String key, Tree value, boolean isZeroLeftOut) {
            add(key, value == Tree.Absent.MISSING && isZeroLeftOut ? plain(new Value.Int64(0)) : value);
        }

        /** Of the gateway that heard the uplink best, by its signal-to-noise ratio, then its level. */
        void addRadio(List<Tree> radio, String gatewayKey) {
            Tree best = null;
            for (Tree one : radio) {
                boolean isBetter = best == null || number(path(one, "snr")) > number(path(best, "snr"))
                        || number(path(one, "snr")) == number(path(best, "snr"))
                                && number(path(one, "rssi")) > number(path(best, "rssi"));
                best = isBetter ? one : best;
            }
            if (best == null) {
                return;
            }
            Tree gateway = path(best, gatewayKey);
            add("gateway", gateway instanceof Tree.Members ids ? at(ids, "gateway_id") : gateway);
            add("gateways", plain(new Value.Int64(radio.size())));
            add("rssi", path(best, "rssi"));
            addNumber("snr", path(best, "snr"), true);
        }

        private static double number(Tree node) {
            return node instanceof Tree.Scalar scalar && Numbers.isNumber(scalar.value())
                    ? scalar.value().asDouble() : 0;
        }
    }
}
