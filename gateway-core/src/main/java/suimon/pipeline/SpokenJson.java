package suimon.pipeline;

import java.util.Locale;
import suimon.reading.AlarmEvent;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Value;

/** The JSON in which the gateway tells others of readings and alarms; connectors' README for MQTT shows it. One thread. */
public final class SpokenJson {
    private final JsonLine json = new JsonLine();

    /**
     * One reading: {@code {"ts":1767225600000.000,"value":6.1,"grade":1,"unit":"mg/L"}}; ts in
     * milliseconds since the epoch, the value null where it is no finite number, the grade a QARTOD flag.
     *
     * @param measured nanoseconds since the epoch
     * @param value calibrated
     * @param unit left out when empty
     */
    public byte[] value(long measured, Value value, Grade grade, String unit) {
        json.begin().name("ts").milliseconds(measured).name("value");
        switch (value) {
            case Value.Text text -> json.string(text.value());
            case Value.Bool bool -> json.plain(Boolean.toString(bool.value()));
            case Value other -> json.number(other.asDouble());
        }
        json.name("grade").plain(Integer.toString(grade.flag()));
        if (!unit.isEmpty()) {
            json.name("unit").string(unit);
        }
        return json.end();
    }

    /** One step of an alarm's life, in lower case the words of {@link AlarmEvent}. */
    public byte[] alarm(AlarmEvent event) {
        json.begin().name("ts").milliseconds(Nanos.of(event.at())).name("rule").string(event.rule())
                .name("series").string(event.series()).name("severity").string(lower(event.severity()))
                .name("kind").string(lower(event.kind())).name("active").plain(Boolean.toString(event.state().active()))
                .name("acknowledged").plain(Boolean.toString(event.state().acknowledged()))
                .name("value").number(event.value())
                .name("message").open().name("ja").string(event.message().ja()).name("en").string(event.message().en())
                .close().name("action").open().name("ja").string(event.action().ja()).name("en")
                .string(event.action().en()).close().name("by").string(event.by());
        return json.end();
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
