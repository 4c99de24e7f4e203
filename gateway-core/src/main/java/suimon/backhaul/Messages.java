package suimon.backhaul;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Receipt.Confirmed;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;
import suimon.config.UplinkConfig.Lane;

/** The envelopes of docs/frames.md: Up from the gateway, Answer from the hub. Pure. */
public final class Messages {
    /** The field of a message in either direction that is sealed, see {@link Seal}. */
    static final int SEALED = 15;

    private Messages() {}

    /** Whether it must be opened first. */
    public static boolean isSealed(byte[] message) throws Malformed {
        return new WireReader(message).next() == SEALED;
    }

    /** What a gateway says. */
    public sealed interface Up {}

    /**
     * Which numbers has the hub confirmed in this epoch?
     *
     * @param call comes back in the answer, at least 1
     * @param instance names the sender's process; 0 when it does not say
     * @param abilities what the gateway can do
     */
    public record Hello(String gateway, Epoch epoch, int call, long instance, Abilities abilities) implements Up {
        /** Of this process. */
        public Hello(String gateway, Epoch epoch, int call) {
            this(gateway, epoch, call, Instance.ID);
        }

        /** Of this program. */
        public Hello(String gateway, Epoch epoch, int call, long instance) {
            this(gateway, epoch, call, instance, Abilities.OWN);
        }
    }

    /** A frame, whose checksum was right. */
    public record Framed(Frame frame) implements Up {}

    public static byte[] write(Hello hello) {
        return new WireWriter()
                .message(1, nested -> nested
                        .text(1, hello.gateway())
                        .bytes(2, hello.epoch().toBytes())
                        .unsigned(3, hello.call())
                        .message(4, hello.abilities()::write)
                        .fixed64(5, hello.instance()))
                .toBytes();
    }

    public static byte[] write(Frame frame) {
        return new WireWriter()
                .message(2, nested -> nested
                        .text(1, frame.gateway())
                        .bytes(2, frame.epoch().toBytes())
                        .unsigned(3, codeOf(frame.lane()))
                        .unsigned(4, frame.number())
                        .unsigned(5, frame.part())
                        .unsigned(6, frame.parts() == 1 ? 0 : frame.parts())
                        .fixed32(7, frame.checksum())
                        .bytes(8, frame.piece()))
                .toBytes();
    }

    public static Up readUp(byte[] message) throws Malformed {
        WireReader in = new WireReader(message);
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> {
                    return readHello(in.message());
                }
                case 2 -> {
                    return new Framed(readFrame(in.message()));
                }
                default -> in.skip();
            }
        }
        throw new Malformed("neither a hello nor a frame, in " + message.length + " bytes");
    }

    public static byte[] write(Receipt receipt) {
        WireWriter out = new WireWriter().bytes(1, receipt.epoch().toBytes());
        for (Confirmed confirmed : receipt.confirmed()) {
            out.message(2, nested -> nested
                    .unsigned(1, codeOf(confirmed.lane()))
                    .unsigned(2, confirmed.number())
                    .bytes(3, confirmed.history().toBytes()));
        }
        Refusal refusal = receipt.refusal();
        if (refusal != null) {
            out.message(3, nested -> nested
                    .unsigned(1, refusal.reason().ordinal())
                    .unsigned(2, refusal.lane() == null ? 0 : codeOf(refusal.lane()))
                    .unsigned(3, refusal.number())
                    .text(4, refusal.text()));
        }
        out.unsigned(4, receipt.call());
        if (!receipt.abilities().equals(Abilities.FIRST)) {
            out.message(5, receipt.abilities()::write);
        }
        receipt.orders().forEach(order -> out.message(6, order.toBytes()));
        return out.toBytes();
    }

    public static Receipt readReceipt(byte[] message) throws Malformed {
        WireReader in = new WireReader(message);
        byte[] epoch = {};
        List<Confirmed> confirmed = new ArrayList<>();
        Refusal refusal = null;
        int call = 0;
        Abilities abilities = Abilities.FIRST;
        List<Order> orders = new ArrayList<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> epoch = in.bytes();
                case 2 -> confirmed.add(readConfirmed(in.message()));
                case 3 -> refusal = readRefusal(in.message());
                case 4 -> call = in.unsigned(Integer.MAX_VALUE);
                case 5 -> abilities = Abilities.read(in.message());
                case 6 -> orders.add(Order.read(in.message()));
                default -> in.skip();
            }
        }
        return new Receipt(Epoch.ofBytes(epoch), confirmed, refusal, call, abilities, orders);
    }

    private static Hello readHello(WireReader in) throws Malformed {
        String gateway = "";
        byte[] epoch = {};
        int call = 0;
        Abilities abilities = Abilities.FIRST;
        long instance = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> gateway = in.text();
                case 2 -> epoch = in.bytes();
                case 3 -> call = in.unsigned(Integer.MAX_VALUE);
                case 4 -> abilities = Abilities.read(in.message());
                case 5 -> instance = in.fixed64();
                default -> in.skip();
            }
        }
        return new Hello(gateway, Epoch.ofBytes(epoch), call, instance, abilities);
    }

    private static Frame readFrame(WireReader in) throws Malformed {
        String gateway = "";
        byte[] epoch = {};
        Lane lane = null;
        long number = 0;
        int part = 0;
        int parts = 0;
        int checksum = 0;
        byte[] piece = {};
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> gateway = in.text();
                case 2 -> epoch = in.bytes();
                case 3 -> lane = laneOf(in.unsigned(Integer.MAX_VALUE));
                case 4 -> number = in.unsigned();
                case 5 -> part = in.unsigned(Frame.PARTS_MAX);
                case 6 -> parts = in.unsigned(Frame.PARTS_MAX);
                case 7 -> checksum = in.fixed32();
                case 8 -> piece = in.bytes();
                default -> in.skip();
            }
        }
        return checked(gateway, Epoch.ofBytes(epoch), lane, number, part, Math.max(1, parts), checksum, piece);
    }

    private static Frame checked(
            String gateway, Epoch epoch, @Nullable Lane lane, long number, int part, int parts,
            int checksum, byte[] piece)
            throws Malformed {
        if (lane == null || number < 1 || part >= parts) {
            throw new Malformed("frame " + number + (lane == null ? " of no known lane" : " of " + lane)
                    + ", part " + part + " of " + parts);
        }
        Frame frame = new Frame(gateway, epoch, lane, number, part, parts, piece);
        if (frame.checksum() != checksum) {
            throw new Malformed("the checksum of frame " + lane + "/" + number + " is wrong");
        }
        return frame;
    }

    private static Confirmed readConfirmed(WireReader in) throws Malformed {
        Lane lane = null;
        long number = 0;
        byte[] history = {};
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> lane = laneOf(in.unsigned(Integer.MAX_VALUE));
                case 2 -> number = in.unsigned();
                case 3 -> history = in.bytes();
                default -> in.skip();
            }
        }
        if (lane == null || number < 0) {
            throw new Malformed(
                    "confirms " + number + (lane == null ? " of no known lane" : " of " + lane));
        }
        return new Confirmed(lane, number, History.ofBytes(history));
    }

    private static Refusal readRefusal(WireReader in) throws Malformed {
        int reason = 0;
        Lane lane = null;
        long number = 0;
        String text = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> reason = in.unsigned(Integer.MAX_VALUE);
                case 2 -> lane = laneOf(in.unsigned(Integer.MAX_VALUE));
                case 3 -> number = in.unsigned();
                case 4 -> text = in.text();
                default -> in.skip();
            }
        }
        Reason[] reasons = Reason.values();
        return new Refusal(reason < reasons.length ? reasons[reason] : Reason.UNKNOWN, lane, number, text);
    }

    private static int codeOf(Lane lane) {
        return lane.ordinal() + 1;
    }

    private static @Nullable Lane laneOf(int code) {
        return code < 1 || code > Lane.values().length ? null : Lane.values()[code - 1];
    }
}
