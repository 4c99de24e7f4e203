package suimon.store;

import suimon.reading.Capture;
import suimon.reading.Capture.Content;

/**
 * A capture in the register. The same bytes from the same sensor are one capture, however often they came.
 *
 * @param number in the order of arrival, from 1; never used again
 * @param sensor by the topic it came on
 * @param firstNanos when it came first, nanoseconds since the epoch
 * @param lastNanos when it came last
 * @param times how often it came
 */
public record StoredCapture(
        long number, Capture capture, String sensor, String source, long firstNanos, long lastNanos, long times) {
    private static final int VERSION = 1;
    private static final int WAVEFORM = 1;
    private static final int PICTURE = 2;

    String key() {
        return key(capture, sensor);
    }

    static String key(Capture capture, String sensor) {
        return capture.sha256() + '/' + sensor;
    }

    StoredCapture again(long receivedNanos) {
        return new StoredCapture(number, capture, sensor, source, firstNanos, receivedNanos, times + 1);
    }

    byte[] toBytes() {
        ByteWriter to = new ByteWriter(256);
        to.putByte(VERSION).putSigned(number).putString(sensor).putString(source).putSigned(firstNanos)
                .putSigned(lastNanos).putSigned(times).putString(capture.sha256()).putSigned(capture.bytes());
        switch (capture.content()) {
            case Capture.Waveform wave -> {
                to.putByte(WAVEFORM).putSigned(wave.milliHertz()).putByte(wave.bits()).putByte(wave.channels())
                        .putSigned(wave.samples());
                Capture.Origin origin = wave.origin();
                to.putBoolean(origin != null);
                if (origin != null) {
                    to.putString(origin.sensor()).putString(origin.job()).putSigned(origin.startNanos())
                            .putByte(origin.syncSource().ordinal()).putSigned(origin.syncErrorNanos());
                }
            }
            case Capture.Picture picture -> to.putByte(PICTURE).putByte(picture.format().ordinal())
                    .putSigned(picture.width()).putSigned(picture.height());
        }
        return to.toBytes();
    }

    /** IllegalArgumentException when the bytes are of a format that this version doesn't know. */
    static StoredCapture of(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        int version = from.getByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("a capture of format " + version + ", expected " + VERSION);
        }
        long number = from.getSigned();
        String sensor = from.getString();
        String source = from.getString();
        long first = from.getSigned();
        long last = from.getSigned();
        long times = from.getSigned();
        String hash = from.getString();
        long size = from.getSigned();
        return new StoredCapture(number, new Capture(hash, size, content(from)), sensor, source, first, last, times);
    }

    private static Content content(ByteReader from) {
        int form = from.getByte();
        if (form == PICTURE) {
            return new Capture.Picture(Capture.Format.values()[from.getByte()], (int) from.getSigned(),
                    (int) from.getSigned());
        }
        if (form != WAVEFORM) {
            throw new IllegalArgumentException("a capture's content of kind " + form);
        }
        long rate = from.getSigned();
        int bits = from.getByte();
        int channels = from.getByte();
        long samples = from.getSigned();
        return new Capture.Waveform(rate, bits, channels, samples, from.getBoolean()
                ? new Capture.Origin(from.getString(), from.getString(), from.getSigned(),
                        Capture.SyncSource.values()[from.getByte()], from.getSigned())
                : null);
    }
}
