package suimon.config;

import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the payloads of some topics become readings. The first rule whose topic matches decides. */
public record DecodeConfig(
        @Describe("A topic template: levels as in MQTT, + and # as wildcards, {name} captures one level")
                String topic,
        @Describe("What the payload is; a bare true, false or text is json with value: $; senml is JSON or CBOR;"
                        + " lorawan is an uplink from ChirpStack 4 or The Things Stack 3;"
                        + " capture is a recording or picture, and series its sensor") @Default("json")
                Format format,
        @Describe("The series' name; {name} from the topic, {field} the field's key, {$.path} from the payload,"
                        + " {$.n} the resolved name of senml")
                String series,
        @Describe("Where the value is: a JSON path such as $.v, or a CSV column's name or number from 1")
                @Nullable String value,
        @Describe("Several values in one record: key to path or column; one that is absent makes no reading;"
                        + " of lorawan '*' takes all values below a path, and left out is '*': $.object")
                Map<String, String> fields,
        @Describe("A JSON array of records to decode one by one; then $ is the record and $$ the payload")
                @Nullable String each,
        @Describe("Where the measured time is; left out, the time of arrival counts") @Nullable String time,
        @Describe("How the time is written") @Default("auto") TimeFormat timeFormat,
        @Describe("The zone of times that are written without offset; left out, they are refused")
                @Nullable ZoneId timeZone,
        @Describe("number: text that holds a number, NaN or Infinity is read as one, other text is refused")
                @Default("any")
                Expect expect,
        @Describe("What stands between CSV columns, one character; \\t is a tab") @Default(",")
                String separator) {
    /** The key of fields that stands for all values below its path, where the format has it. */
    public static final String ALL = "*";

    private static final Pattern PATH =
            Pattern.compile("\\$\\$?(\\.[^.\\[\\]{}$]+|\\['[^']+']|\\[\\d{1,6}])*");

    public DecodeConfig {
        Map<String, String> kept = new java.util.LinkedHashMap<>(fields);
        if (format == Format.LORAWAN && kept.isEmpty()) {
            kept.put(ALL, "$.object");
        }
        fields = java.util.Collections.unmodifiableMap(kept);
        if (format == Format.LORAWAN && !(value == null && time == null)) {
            throw new IllegalArgumentException("format lorawan takes fields, and no value or time");
        }
        if (!format.isFixed() && (value == null) == fields.isEmpty()) {
            throw new IllegalArgumentException("expected one of value and fields, for format " + lower(format));
        }
        if (format.isFixed() && !(value == null && fields.isEmpty() && time == null)) {
            throw new IllegalArgumentException("format " + lower(format) + " takes no value, fields or time");
        }
        if (each != null && !format.hasPaths()) {
            throw new IllegalArgumentException(
                    "each is for formats json and cbor; lines of CSV and records of SenML are decoded one by one,"
                            + " an uplink is one record");
        }
        if (separator.length() != 1 && !separator.equals("\\t")) {
            throw new IllegalArgumentException("separator " + separator + ", expected one character or \\t");
        }
        if (format.hasPaths() || format == Format.LORAWAN) {
            checkPath("value", value);
            checkPath("each", each);
            checkPath("time", time);
            fields.forEach((key, path) -> checkPath("fields." + key, path));
        }
        checkTemplates(topic, series, !fields.isEmpty(), format);
    }

    /** A rule with everything else left out. */
    public static DecodeConfig of(String topic, Format format, String series, @Nullable String value) {
        return new DecodeConfig(topic, format, series, value, Map.of(), null, null, TimeFormat.AUTO, null,
                Expect.ANY, ",");
    }

    /** The same rule with the time read from the payload. */
    public DecodeConfig timed(String where, TimeFormat how) {
        return new DecodeConfig(topic, format, series, value, fields, each, where, how, timeZone, expect,
                separator);
    }

    private static void checkPath(String key, @Nullable String path) {
        if (path != null && !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    key + ": '" + path + "', expected a JSON path such as $.v, $.a['b c'].d or $[0]");
        }
    }

    private static void checkTemplates(String topic, String series, boolean hasFields, Format format) {
        String rest = series;
        for (int open = rest.indexOf('{'); open >= 0; open = rest.indexOf('{')) {
            int close = rest.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("series '" + series + "': { without }");
            }
            String name = rest.substring(open + 1, close);
            if (name.startsWith("$")) {
                if (format == Format.NUMBER || format == Format.CAPTURE) {
                    throw new IllegalArgumentException("series: a " + lower(format) + " has no " + name);
                }
                if (format == Format.SENML && !name.equals("$.n")) {
                    throw new IllegalArgumentException("series: of SenML only {$.n}, not {" + name + "}");
                }
                checkPath("series", name);
            } else if (!(name.equals("field") && hasFields) && !topic.contains("{" + name + "}")) {
                throw new IllegalArgumentException(
                        "series names {" + name + "}, which the topic template '" + topic + "' does not have");
            }
            rest = rest.substring(close + 1);
        }
        if (hasFields && !series.contains("{field}")) {
            throw new IllegalArgumentException("series '" + series + "' needs {field}, or all fields are one");
        }
        if (format == Format.SENML && !series.contains("{$.n}")) {
            throw new IllegalArgumentException("series '" + series + "' needs {$.n}, or all records are one");
        }
        int hash = topic.indexOf('#');
        if (topic.isEmpty() || (hash >= 0 && hash != topic.length() - 1)) {
            throw new IllegalArgumentException("topic '" + topic + "', expected # at the end only");
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Payload formats. */
    public enum Format {
        JSON,
        CSV,
        NUMBER,
        /** A recording or picture, kept as it is; series names its sensor. */
        CAPTURE,
        /** RFC 8949, with the paths of JSON. */
        CBOR,
        /** RFC 8428, in JSON or CBOR. */
        SENML,
        /** What a network server of LoRaWAN says of an uplink: ChirpStack 4 or The Things Stack 3, in JSON. */
        LORAWAN;

        /** Whether values are found by JSON paths. */
        boolean hasPaths() {
            return this == JSON || this == CBOR;
        }

        /** Whether the format itself says where value and time are. */
        boolean isFixed() {
            return this == NUMBER || this == CAPTURE || this == SENML;
        }
    }

    /** What a value may be. */
    public enum Expect {
        /** Number, true, false, text or null, as the payload says. */
        ANY,
        /** Numbers, whether or not they are in quotes. */
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
