package suimon.pipeline;

import java.util.Map;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;

/** A payload that is a recording or picture and nothing else; the topic names its sensor. */
final class CapturePlan implements Plan {
    private final SeriesName sensor;

    CapturePlan(DecodeConfig rule, Map<String, String> names) {
        sensor = SeriesName.of(rule.series(), names, null);
    }

    @Override
    public int payloadBytesMax() {
        return CaptureReader.BYTES_MAX;
    }

    @Override
    public boolean decode(Draft draft) {
        return switch (CaptureReader.read(draft.payload())) {
            case CaptureReader.Outcome.Read read -> draft.capture(sensor.resolve(path -> null), read.capture());
            case CaptureReader.Outcome.Refused refused -> draft.refuse(Fault.FORMAT, refused.reason());
        };
    }
}
