package suimon.backhaul;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import suimon.reading.Capture;
import suimon.store.StoredCapture;

/** Pieces of objects as ObjectPiece messages of the .proto, and back. Pure. */
final class ObjectWire {
    private static final int HASH_BYTES = 32;

    private ObjectWire() {}

    static void write(WireWriter out, ObjectPiece piece) {
        StoredCapture of = piece.of();
        out.message(1, nested -> capture(nested, of))
                .unsigned(2, piece.offset())
                .bytes(3, piece.bytes())
                .bytes(4, piece.sha256());
    }

    private static void capture(WireWriter out, StoredCapture of) {
        out.unsigned(1, of.number())
                .text(2, of.sensor())
                .text(3, of.source())
                .signed(4, of.firstNanos())
                .signed(5, of.lastNanos())
                .unsigned(6, of.times())
                .bytes(7, HexFormat.of().parseHex(of.capture().sha256()))
                .unsigned(8, of.capture().bytes());
        switch (of.capture().content()) {
            case Capture.Waveform wave -> out.message(9, nested -> waveform(nested, wave));
            case Capture.Picture picture -> out.message(10, nested -> nested
                    .unsigned(1, picture.format().ordinal())
                    .unsigned(2, picture.width())
                    .unsigned(3, picture.height()));
        }
    }

    private static void waveform(WireWriter out, Capture.Waveform wave) {
        out.unsigned(1, wave.milliHertz()).unsigned(2, wave.bits()).unsigned(3, wave.channels())
                .unsigned(4, wave.samples());
        Capture.Origin origin = wave.origin();
        if (origin != null) {
            out.message(5, nested -> nested
                    .text(1, origin.sensor())
                    .text(2, origin.job())
                    .signed(3, origin.startNanos())
                    .unsigned(4, origin.syncSource().ordinal())
                    .signed(5, origin.syncErrorNanos()));
        }
    }

    static ObjectPiece read(WireReader in) throws Malformed {
        StoredCapture of = null;
        long offset = 0;
        byte[] bytes = {};
        byte[] hash = {};
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> of = readCapture(in.message());
                case 2 -> offset = in.unsigned();
                case 3 -> bytes = in.bytes();
                case 4 -> hash = in.bytes();
                default -> in.skip();
            }
        }
        if (of == null || bytes.length == 0 || hash.length != HASH_BYTES || offset < 0
                || offset + bytes.length > of.capture().bytes()) {
            throw new Malformed("a piece of " + bytes.length + " bytes from " + offset + " of "
                    + (of == null ? "no object" : "an object of " + of.capture().bytes() + " bytes")
                    + " with a hash of " + hash.length + " bytes");
        }
        return new ObjectPiece(of, offset, bytes, hash);
    }

    private static StoredCapture readCapture(WireReader in) throws Malformed {
        long[] numbers = new long[9];
        String sensor = "";
        String source = "";
        byte[] hash = {};
        Capture.Content content = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1, 6, 8 -> numbers[field] = in.unsigned();
                case 2 -> sensor = in.text();
                case 3 -> source = in.text();
                case 4, 5 -> numbers[field] = in.signed();
                case 7 -> hash = in.bytes();
                case 9 -> content = readWaveform(in.message());
                case 10 -> content = readPicture(in.message());
                default -> in.skip();
            }
        }
        long size = numbers[8];
        if (content == null || sensor.isEmpty() || hash.length != HASH_BYTES || size < 1
                || size > ObjectPiece.OBJECT_BYTES_MAX) {
            throw new Malformed("an object of " + size + " bytes of \"" + sensor + "\", expected 1 to "
                    + ObjectPiece.OBJECT_BYTES_MAX + " bytes, a sensor, a hash and a form this version knows");
        }
        return new StoredCapture(numbers[1], new Capture(HexFormat.of().formatHex(hash), size, content), sensor,
                source, numbers[4], numbers[5], numbers[6]);
    }

    private static Capture.Waveform readWaveform(WireReader in) throws Malformed {
        long[] numbers = new long[5];
        Capture.Origin origin = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1, 4 -> numbers[field] = in.unsigned();
                case 2, 3 -> numbers[field] = in.unsigned(255);
                case 5 -> origin = readOrigin(in.message());
                default -> in.skip();
            }
        }
        return new Capture.Waveform(numbers[1], (int) numbers[2], (int) numbers[3], numbers[4], origin);
    }

    private static Capture.@Nullable Origin readOrigin(WireReader in) throws Malformed {
        String sensor = "";
        String job = "";
        long start = 0;
        int sync = 0;
        long error = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> sensor = in.text();
                case 2 -> job = in.text();
                case 3 -> start = in.signed();
                case 4 -> sync = in.unsigned(Capture.SyncSource.values().length - 1);
                case 5 -> error = in.signed();
                default -> in.skip();
            }
        }
        return new Capture.Origin(sensor, job, start, Capture.SyncSource.values()[sync], error);
    }

    private static Capture.Picture readPicture(WireReader in) throws Malformed {
        int[] numbers = new int[4];
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> numbers[1] = in.unsigned(Capture.Format.values().length - 1);
                case 2, 3 -> numbers[field] = in.unsigned(Integer.MAX_VALUE);
                default -> in.skip();
            }
        }
        return new Capture.Picture(Capture.Format.values()[numbers[1]], numbers[2], numbers[3]);
    }
}
