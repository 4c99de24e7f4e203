package suimon.backhaul;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import suimon.config.UplinkConfig.Lane;
import suimon.fuzz.FuzzContract;
import suimon.fuzz.Subject;

/** What a gateway says to the hub and the hub to a gateway: read, or {@link Malformed} and nothing else. */
class FrameFuzzTest extends FuzzContract {
    private static final int CONTENTS = 12;
    /** Zstandard's window and tables. */
    private static final long UNPACKING_BYTES = 40L << 20;

    @Override
    protected List<Subject> subjects() {
        return List.of(
                new Subject("frame-up", List.of(
                                Messages.write(new Messages.Hello("pen-1", new Epoch(-5), 3)),
                                Messages.write(new Frame("pen-1", new Epoch(-5), Lane.P3, 1L << 33, 2, 7, new byte[] {1, 2}))),
                        input -> reads(() -> Messages.readUp(input))),
                new Subject("frame-receipt", List.of(receipt()), input -> reads(() -> Messages.readReceipt(input))),
                new Subject("frame-content", contents(false),
                        input -> reads(() -> ContentWire.read(new WireReader(input)))).rounds(Subject.ROUNDS / 4),
                new Subject("frame-coded", coded(), input -> reads(() -> ContentWire.unpack(input)))
                        .rounds(Subject.ROUNDS / 10).allocating(UNPACKING_BYTES, 500),
                new Subject("frame-packed", contents(true), input -> reads(() -> ContentWire.unpack(input)))
                        .rounds(Subject.ROUNDS / 10).allocating(UNPACKING_BYTES, 500));
    }

    private static byte[] receipt() {
        return Messages.write(new Receipt(new Epoch(9), List.of(new Receipt.Confirmed(
                        Lane.P0, 4, History.NONE.with(History.hashOf(new byte[] {1})))),
                new Receipt.Refusal(Receipt.Reason.CONFLICT, Lane.P2, 8, "other content"), 3));
    }

    private static List<byte[]> contents(boolean isPacked) {
        List<byte[]> contents = new ArrayList<>();
        for (int seed = 0; seed < CONTENTS; seed++) {
            Content content = FramesOnTheWireTest.content(new Random(seed));
            contents.add(isPacked ? ContentWire.pack(content) : ContentWire.write(content));
        }
        return contents;
    }

    private static List<byte[]> coded() {
        List<byte[]> coded = new ArrayList<>();
        for (int seed = 0; seed < CONTENTS; seed++) {
            coded.add(ContentWire.pack(FramesOnTheWireTest.content(new Random(seed)), ContentWire.CODED));
        }
        return coded;
    }

    private interface Reading {
        Object run() throws Malformed;
    }

    private static boolean reads(Reading reading) {
        try {
            reading.run();
            return true;
        } catch (Malformed refused) {
            return false;
        }
    }
}
