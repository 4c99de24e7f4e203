package suimon.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the payloads of some topics become readings. The first matching rule decides. */
public record DecodeConfig(
        @Describe("A topic template: levels as in MQTT, + and # as wildcards, {name} captures one level")
                String topic,
        @Describe("What the payload is") @Default("json") Format format,
        @Describe("The series' name; {name} from the topic, {field} the field's key, {$.path} from the payload")
                String series,
        @Describe("Where the value is: a JSON path such as $.v, or a CSV column's name or number from 1")
                @Nullable String value,
        @Describe("Several values in one payload: key to path or column; the key is {field} in series")
                Map<String, String> fields,
        @Describe("A JSON array of records to decode one by one") @Nullable String each,
        @Describe("Where the measured time is; left out, the time of arrival counts") @Nullable String time,
        @Describe("How the time is written") @Default("auto") TimeFormat timeFormat) {
    public DecodeConfig {
        fields = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(fields));
    }

    /** Payload formats. */
    public enum Format {
        JSON,
        CSV,
        NUMBER
    }

    /** Ways to write a time; {@code auto} takes ISO 8601 with offset, or an epoch number by its size. */
    public enum TimeFormat {
        AUTO,
        ISO,
        SECONDS,
        MILLISECONDS,
        MICROSECONDS,
        NANOSECONDS
    }
}
