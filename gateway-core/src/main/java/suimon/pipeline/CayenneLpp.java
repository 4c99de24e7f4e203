package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/**
 * Cayenne Low Power Payload: channel, type, big-endian value, again and again. The twelve types of
 * myDevices and those that the CayenneLPP library of ElectronicCats added.
 *
 * <p>Names are those that The Things Stack gives, such as {@code temperature_3}, so that it makes
 * no difference which of the two decodes. Used by one thread.
 */
final class CayenneLpp {
    private static final Map<Integer, Type> TYPES = new HashMap<>();

    private final Set<Integer> seen = new HashSet<>();
    private String refusal = "";

    /** One number of a type: its name where there are several, and how it is written. */
    private record Part(String name, int bytes, int scale, boolean isSigned) {}

    private record Type(String name, List<Part> parts) {
        int bytes() {
            return parts.stream().mapToInt(Part::bytes).sum();
        }
    }

    static {
        whole(0, "digital_in", 1, 0);
        whole(1, "digital_out", 1, 0);
        signed(2, "analog_in", 2, 2);
        signed(3, "analog_out", 2, 2);
        whole(100, "generic", 4, 0);
        whole(101, "luminosity", 2, 0);
        whole(102, "presence", 1, 0);
        signed(103, "temperature", 2, 1);
        // Half percents: the one resolution that is no power of ten.
        whole(104, "relative_humidity", 1, 0);
        axes(113, "accelerometer", 3);
        whole(115, "barometric_pressure", 2, 1);
        whole(116, "voltage", 2, 2);
        whole(117, "current", 2, 3);
        whole(118, "frequency", 4, 0);
        whole(120, "percentage", 1, 0);
        signed(121, "altitude", 2, 0);
        whole(125, "concentration", 2, 0);
        whole(128, "power", 2, 0);
        whole(130, "distance", 4, 3);
        whole(131, "energy", 4, 3);
        whole(132, "direction", 2, 0);
        whole(133, "unixtime", 4, 0);
        axes(134, "gyrometer", 2);
        parts(135, "colour", new Part("r", 1, 0, false), new Part("g", 1, 0, false), new Part("b", 1, 0, false));
        parts(136, "gps", new Part("latitude", 3, 4, true), new Part("longitude", 3, 4, true),
                new Part("altitude", 3, 2, true));
        whole(142, "switch", 1, 0);
    }

    private static void whole(int code, String name, int bytes, int scale) {
        parts(code, name, new Part("", bytes, scale, false));
    }

    private static void signed(int code, String name, int bytes, int scale) {
        parts(code, name, new Part("", bytes, scale, true));
    }

    private static void axes(int code, String name, int scale) {
        parts(code, name, new Part("x", 2, scale, true), new Part("y", 2, scale, true),
                new Part("z", 2, scale, true));
    }

    private static void parts(int code, String name, Part... parts) {
        TYPES.put(code, new Type(name, List.of(parts)));
    }

    /** The values by name, or null: then {@link #refusal} says why. */
    Tree.@Nullable Members read(byte[] payload) {
        List<Tree.Member> members = new ArrayList<>();
        seen.clear();
        int at = 0;
        while (at < payload.length) {
            Type type = type(payload, at);
            if (type == null) {
                return null;
            }
            int channel = payload[at] & 0xff;
            members.add(new Tree.Member(type.name + "_" + channel, false, value(type, payload, at + 2)));
            at += 2 + type.bytes();
        }
        return new Tree.Members(members);
    }

    /** Why the last payload was refused. */
    String refusal() {
        return refusal;
    }

    private @Nullable Type type(byte[] payload, int at) {
        if (at + 1 == payload.length) {
            return refuse("ends at byte " + payload.length + " behind a channel, expected a type");
        }
        int code = payload[at + 1] & 0xff;
        Type type = TYPES.get(code);
        if (type == null) {
            return refuse("has the unknown type " + code + " at byte " + (at + 1)
                    + "; is the payload Cayenne LPP on this port?");
        }
        if (at + 2 + type.bytes() > payload.length) {
            return refuse("ends at byte " + payload.length + " within " + type.name + " of channel "
                    + (payload[at] & 0xff) + ", expected " + type.bytes() + " bytes from byte " + (at + 2));
        }
        if (!seen.add((payload[at] & 0xff) << 8 | code)) {
            return refuse("has " + type.name + " of channel " + (payload[at] & 0xff) + " twice");
        }
        return type;
    }

    private @Nullable Type refuse(String reason) {
        refusal = "Cayenne LPP " + reason;
        return null;
    }

    private static Tree value(Type type, byte[] payload, int from) {
        if (type.parts.size() == 1) {
            long number = number(type.parts.getFirst(), payload, from);
            boolean isHumidity = type.name.equals("relative_humidity");
            return isHumidity ? decimal(5 * number, 1) : decimal(number, type.parts.getFirst().scale);
        }
        List<Tree.Member> members = new ArrayList<>();
        int at = from;
        for (Part part : type.parts) {
            members.add(new Tree.Member(part.name, false, decimal(number(part, payload, at), part.scale)));
            at += part.bytes;
        }
        return new Tree.Members(members);
    }

    private static long number(Part part, byte[] payload, int from) {
        long number = part.isSigned ? payload[from] : payload[from] & 0xff;
        for (int at = from + 1; at < from + part.bytes; at++) {
            number = number << 8 | payload[at] & 0xff;
        }
        return number;
    }

    private static Tree decimal(long unscaled, int scale) {
        return new Tree.Scalar(scale == 0 ? new Value.Int64(unscaled) : new Value.Decimal(unscaled, scale),
                Tree.Kind.PLAIN);
    }
}
