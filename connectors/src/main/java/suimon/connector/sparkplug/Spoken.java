package suimon.connector.sparkplug;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Told;
import suimon.reading.Grade;
import suimon.reading.Value;

/**
 * One metric of our own edge node as it was told last. Numbers are Doubles, whatever they came as: a
 * sensor that writes 7 and then 7.1 has not changed its type.
 *
 * @param device the device's id; empty for a metric of the node
 * @param millis of the measurement; 0 while there is none
 */
record Spoken(String device, String name, long alias, int type, String unit, Value value, Grade grade, long millis) {
    static final int DOUBLE = 10;
    static final int STRING = 12;
    /** Only 0, 192 and 500 are allowed (tck-id-payloads-propertyset-quality-value-value). */
    private static final int BAD = 0;
    private static final int INT32 = 3;
    private static final String ALARMS = "Alarm/";
    /** Beyond what series are numbered. */
    private static final long ALARM_ALIAS = 1L << 32;
    private static final long NANOS = 1_000_000;

    /** What a reading is told as. */
    static Spoken of(Told.Reading reading, boolean hasDevices) {
        String series = reading.series().name();
        int slash = hasDevices ? series.indexOf('/') : -1;
        return new Spoken(slash < 0 ? "" : series.substring(0, slash), series.substring(slash + 1),
                reading.series().id(), typeOf(reading.value()), reading.series().unit(), reading.value(),
                reading.grade(), Math.floorDiv(reading.measured(), NANOS));
    }

    /** What a step of an alarm is told as; the alias follows from the rule's name. */
    static Spoken of(Told.Alarm alarm) {
        String rule = alarm.event().rule();
        return new Spoken("", ALARMS + rule, ALARM_ALIAS + Integer.toUnsignedLong(rule.hashCode()), MetricType.BOOLEAN,
                "", new Value.Bool(alarm.event().state().active()), Grade.NOT_EVALUATED,
                alarm.event().at().toEpochMilli());
    }

    private static int typeOf(Value value) {
        return switch (value) {
            case Value.Bool _ -> MetricType.BOOLEAN;
            case Value.Text _ -> STRING;
            default -> DOUBLE;
        };
    }

    /** Whether it can be told without another birth. */
    boolean isAs(@Nullable Spoken born) {
        return born != null && (born.type() == type || value instanceof Value.None);
    }

    /** The same with the type it was born with. */
    Spoken bornAs(Spoken born) {
        return new Spoken(device, name, alias, born.type(), unit, value, grade, millis);
    }

    /** A key unique in the node. */
    String key() {
        return device + "/" + name;
    }

    /** As births say it: name, alias, type and unit too. */
    Proto birth() {
        Proto metric = new Proto().text(1, name).number(2, alias).number(3, millis).number(4, type);
        value(metric);
        return properties(metric, unit);
    }

    /** As data says it. */
    Proto data(boolean isHistorical) {
        Proto metric = new Proto().number(2, alias).number(3, millis).number(4, type);
        if (isHistorical) {
            metric.flag(5, true);
        }
        value(metric);
        return properties(metric, "");
    }

    private void value(Proto metric) {
        switch (value) {
            case Value.None _ -> metric.flag(7, true);
            case Value.Bool bool -> metric.flag(14, bool.value());
            case Value.Text text -> metric.text(15, text.value());
            default -> metric.real(13, value.asDouble());
        }
    }

    /** The unit, and of what is not good its quality and QARTOD's flag. */
    private Proto properties(Proto metric, String ofUnit) {
        Proto set = new Proto();
        boolean isPlain = grade.isUsable() || Objects.equals(value, new Value.None());
        if (ofUnit.isEmpty() && isPlain) {
            return metric;
        }
        if (!ofUnit.isEmpty()) {
            set.text(1, "engUnit");
        }
        if (!isPlain) {
            set.text(1, "Quality").text(1, "QARTOD");
        }
        if (!ofUnit.isEmpty()) {
            set.message(2, new Proto().number(1, STRING).text(8, ofUnit));
        }
        if (!isPlain) {
            set.message(2, new Proto().number(1, INT32).number(3, grade == Grade.SUSPECT ? Metric.GOOD : BAD));
            set.message(2, new Proto().number(1, INT32).number(3, grade.flag()));
        }
        return metric.message(9, set);
    }
}
