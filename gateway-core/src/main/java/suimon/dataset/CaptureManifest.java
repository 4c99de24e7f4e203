package suimon.dataset;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import suimon.reading.Capture;
import suimon.store.StoredCapture;

/** A capture as one line of JSON, the same in the API, the manifest and what the command line exports. */
public final class CaptureManifest {
    private CaptureManifest() {}

    /** The line, without its end. */
    public static String line(StoredCapture row) {
        Capture capture = row.capture();
        Capture.Waveform wave = capture.content() instanceof Capture.Waveform found ? found : null;
        Capture.Picture picture = capture.content() instanceof Capture.Picture found ? found : null;
        Capture.Origin origin = wave == null ? null : wave.origin();
        return "{\"number\":" + row.number()
                + ",\"sha256\":" + JsonText.of(capture.sha256())
                + ",\"bytes\":" + capture.bytes()
                + ",\"sensor\":" + JsonText.of(row.sensor())
                + ",\"source\":" + JsonText.of(row.source())
                + ",\"receivedAt\":" + time(row.firstNanos())
                + ",\"lastReceivedAt\":" + time(row.lastNanos())
                + ",\"times\":" + row.times()
                + ",\"contentType\":" + JsonText.of(contentType(capture))
                + ",\"file\":" + JsonText.of(fileName(capture))
                + ",\"href\":" + JsonText.of("/api/v1/captures/" + capture.sha256())
                + ",\"width\":" + (picture == null ? "null" : picture.width())
                + ",\"height\":" + (picture == null ? "null" : picture.height())
                + ",\"milliHertz\":" + (wave == null ? "null" : wave.milliHertz())
                + ",\"bits\":" + (wave == null ? "null" : wave.bits())
                + ",\"channels\":" + (wave == null ? "null" : wave.channels())
                + ",\"samples\":" + (wave == null ? "null" : wave.samples())
                + origin(origin) + "}";
    }

    private static String origin(Capture.@Nullable Origin origin) {
        if (origin == null) {
            return ",\"startAt\":null,\"deviceSensor\":null,\"job\":null,\"syncSource\":null,\"syncErrorNanos\":null";
        }
        return ",\"startAt\":" + time(origin.startNanos())
                + ",\"deviceSensor\":" + JsonText.of(origin.sensor())
                + ",\"job\":" + (origin.job().isEmpty() ? "null" : JsonText.of(origin.job()))
                + ",\"syncSource\":" + JsonText.of(origin.syncSource().name())
                + ",\"syncErrorNanos\":" + (origin.syncErrorNanos() < 0 ? "null" : origin.syncErrorNanos());
    }

    /** The media type of the bytes. */
    public static String contentType(Capture capture) {
        return switch (capture.content()) {
            case Capture.Picture picture -> switch (picture.format()) {
                case JPEG -> "image/jpeg";
                case PNG -> "image/png";
            };
            case Capture.Waveform wave -> wave.origin() == null ? "audio/wav" : "application/octet-stream";
        };
    }

    /** A name for a copy of the file: the hash and an ending that other programs know. */
    public static String fileName(Capture capture) {
        return capture.sha256() + switch (capture.content()) {
            case Capture.Picture picture -> switch (picture.format()) {
                case JPEG -> ".jpg";
                case PNG -> ".png";
            };
            case Capture.Waveform wave -> wave.origin() == null ? ".wav" : ".suwb";
        };
    }

    private static String time(long nanos) {
        return JsonText.of(Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
                .toString());
    }
}
