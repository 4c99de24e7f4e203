package suimon.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * Sensor Measurement Lists (RFC 8428) in JSON or CBOR, told apart by the first byte. Records are
 * resolved as in 4.6; {@code {$.n}} in the series' name is the resolved name, and a sum goes to the
 * series with {@code /sum} behind its name.
 *
 * <p>Times below 2^28 are relative to the arrival (4.5.3). A record of base fields only makes no
 * reading, as several encoders begin their packs with one.
 */
final class SenmlPlan implements Plan {
    /** The version of RFC 8428; a higher one is refused (4.4). */
    static final int VERSION_MAX = 10;

    private static final BigDecimal RELATIVE_BELOW = BigDecimal.valueOf(1L << 28);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9:./_]*");

    private final SeriesName series;
    private final JsonTape tape;
    private final CborReader cbor;
    private final SeriesUnits units;
    private final Map<SenmlLabel, Value> base = new EnumMap<>(SenmlLabel.class);
    private @Nullable BigDecimal version;

    SenmlPlan(
            DecodeConfig rule, Map<String, String> names, JsonTape tape, CborReader cbor, SeriesUnits units) {
        series = SeriesName.of(rule.series(), names, null);
        this.tape = tape;
        this.cbor = cbor;
        this.units = units;
    }

    @Override
    public boolean decode(Draft draft) {
        Tree payload = read(draft);
        if (payload == null) {
            return false;
        }
        if (!(payload instanceof Tree.Items pack) || pack.items().isEmpty()) {
            return draft.refuse(Fault.FORMAT, "not SenML: "
                    + (payload instanceof Tree.Items ? "an empty array" : payload.name())
                    + ", expected an array of records");
        }
        base.clear();
        version = null;
        units.begin();
        int number = 0;
        int taken = 0;
        for (Tree record : pack.items()) {
            int made = record(draft, record, ++number);
            if (made < 0) {
                return false;
            }
            taken += made;
        }
        if (taken == 0) {
            return draft.refuse(Fault.VALUE, "no record has a value or a sum");
        }
        units.keep();
        return true;
    }

    private @Nullable Tree read(Draft draft) {
        int first = draft.from() < draft.to() ? draft.bytes()[draft.from()] & 0xff : 0;
        // An array or a tag of CBOR begins above 127, JSON only with a byte order mark.
        if (first >= 0x80 && first != 0xef) {
            Tree tree = cbor.read(draft.bytes(), draft.from(), draft.to());
            if (tree == null) {
                draft.refuse(Fault.FORMAT, cbor.refusal());
            }
            return tree;
        }
        if (!tape.read(draft.bytes(), draft.from(), draft.to(), false)) {
            draft.refuse(Fault.FORMAT, tape.refusal());
            return null;
        }
        Tree tree = TapeTree.of(tape, 0);
        if (tree == null) {
            draft.refuse(Fault.VALUE, "a number beyond the range of a double");
        }
        return tree;
    }

    /** So many readings, or -1 when the record is refused. */
    private int record(Draft draft, Tree record, int number) {
        if (!(record instanceof Tree.Members members)) {
            return refuse(draft, Fault.FORMAT, number, "is " + record.name() + ", expected an object");
        }
        Map<SenmlLabel, Value> fields = new EnumMap<>(SenmlLabel.class);
        for (Tree.Member member : members.members()) {
            SenmlLabel label = SenmlLabel.of(member);
            if (label == null) {
                if (!member.isNumber() && member.key().endsWith("_")) {
                    return refuse(draft, Fault.FORMAT, number, "has the field " + Draft.shown(member.key())
                            + ", which must be understood and is not (RFC 8428, 4.4)");
                }
                continue;
            }
            if (!label.takes(member.value())) {
                return refuse(draft, Fault.VALUE, number, "has " + label.label + " as " + member.value().name()
                        + ", expected " + label.expected());
            }
            if (fields.put(label, ((Tree.Scalar) member.value()).value()) != null) {
                return refuse(draft, Fault.VALUE, number, "has " + label.label + " twice");
            }
        }
        fields.forEach((label, value) -> {
            if (label.isBase()) {
                base.put(label, value);
            }
        });
        if (!isVersionKnown(draft, fields.get(SenmlLabel.BASE_VERSION), number)) {
            return -1;
        }
        boolean isBaseOnly = !fields.isEmpty() && fields.keySet().stream().allMatch(SenmlLabel::isBase);
        return isBaseOnly ? 0 : resolved(draft, fields, number);
    }

    private boolean isVersionKnown(Draft draft, @Nullable Value said, int number) {
        BigDecimal exact = said == null ? null : Numbers.exact(said);
        boolean isKnown = said == null
                || (exact != null && exact.signum() > 0 && exact.compareTo(BigDecimal.valueOf(VERSION_MAX)) <= 0);
        if (!isKnown) {
            refuse(draft, Fault.FORMAT, number, "is of another version than 1 to " + VERSION_MAX);
            return false;
        }
        BigDecimal now = exact != null ? exact : version != null ? version : BigDecimal.valueOf(VERSION_MAX);
        if (version != null && version.compareTo(now) != 0) {
            refuse(draft, Fault.FORMAT, number, "has another version than the records before it");
            return false;
        }
        version = now;
        return true;
    }

    private int resolved(Draft draft, Map<SenmlLabel, Value> fields, int number) {
        String name = text(base.get(SenmlLabel.BASE_NAME)) + text(fields.get(SenmlLabel.NAME));
        if (!NAME.matcher(name).matches()) {
            return refuse(draft, Fault.SERIES, number, "has the name " + Draft.shown(name)
                    + ", expected letters, digits and - : . / _ with a letter or digit first");
        }
        Value sum = added(SenmlLabel.BASE_SUM, fields.get(SenmlLabel.SUM));
        Value value = value(draft, fields, sum != null, number);
        if (draft.isRefused()) {
            return -1;
        }
        long measured = measured(draft, fields.get(SenmlLabel.TIME), number);
        if (measured == TimeText.NONE) {
            return -1;
        }
        TimeOrigin origin = isRelative(fields.get(SenmlLabel.TIME)) ? TimeOrigin.ARRIVAL : TimeOrigin.SOURCE;
        String called = series.resolve(path -> name);
        Value unit = fields.getOrDefault(SenmlLabel.UNIT, base.get(SenmlLabel.BASE_UNIT));
        if (called != null && !units.isSame(draft, called, SenmlUnits.toUcum(text(unit)))) {
            return -1;
        }
        boolean isAdded = (value == null || draft.add(called, value, measured, origin))
                && (sum == null || draft.add(called + "/sum", sum, measured, origin));
        return !isAdded ? -1 : (value == null ? 0 : 1) + (sum == null ? 0 : 1);
    }

    /** The record's value; null when it has only a sum, and when it is refused. */
    private @Nullable Value value(Draft draft, Map<SenmlLabel, Value> fields, boolean hasSum, int number) {
        Value found = null;
        for (SenmlLabel label : new SenmlLabel[] {
            SenmlLabel.STRING_VALUE, SenmlLabel.BOOLEAN_VALUE, SenmlLabel.OCTETS_VALUE, SenmlLabel.VALUE}) {
            Value next = fields.get(label);
            if (next != null && found != null) {
                refuse(draft, Fault.VALUE, number, "has more than one of v, vs, vb and vd");
                return null;
            }
            found = next != null ? next : found;
        }
        boolean isNumber = found == null || fields.containsKey(SenmlLabel.VALUE);
        Value value = isNumber ? added(SenmlLabel.BASE_VALUE, found) : found;
        if (value == null && !hasSum) {
            refuse(draft, Fault.VALUE, number, "has no v, vs, vb, vd or s");
        }
        return value;
    }

    /** Base and own number together; a missing one counts as zero, both missing are none (4.5.4). */
    private @Nullable Value added(SenmlLabel baseLabel, @Nullable Value own) {
        Value below = base.get(baseLabel);
        return own == null ? below : below == null ? own : Numbers.sum(below, own);
    }

    private @Nullable BigDecimal seconds(@Nullable Value own) {
        Value below = base.get(SenmlLabel.BASE_TIME);
        BigDecimal one = below == null ? BigDecimal.ZERO : Numbers.exact(below);
        BigDecimal other = own == null ? BigDecimal.ZERO : Numbers.exact(own);
        return one == null || other == null ? null : one.add(other);
    }

    private boolean isRelative(@Nullable Value own) {
        BigDecimal seconds = seconds(own);
        return seconds != null && seconds.compareTo(RELATIVE_BELOW) < 0;
    }

    private long measured(Draft draft, @Nullable Value own, int number) {
        BigDecimal seconds = seconds(own);
        if (seconds != null) {
            BigDecimal from = isRelative(own) ? BigDecimal.valueOf(draft.receivedNanos()) : BigDecimal.ZERO;
            BigInteger nanos = seconds.scaleByPowerOfTen(9).add(from)
                    .setScale(0, RoundingMode.FLOOR).toBigInteger();
            if (nanos.bitLength() <= 63 && nanos.longValue() != TimeText.NONE) {
                return nanos.longValue();
            }
        }
        refuse(draft, Fault.TIME, number, "has a time that is no number of seconds between 1678 and 2262");
        return TimeText.NONE;
    }

    private static String text(@Nullable Value value) {
        return value instanceof Value.Text text ? text.value() : "";
    }

    private static int refuse(Draft draft, Fault fault, int number, String reason) {
        draft.refuse(fault, "SenML record " + number + " " + reason);
        return -1;
    }
}
