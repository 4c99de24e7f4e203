package suimon.connector.opcua;

import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.OptionSetUInteger;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.XmlElement;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.ULong;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/** From OPC UA's words to ours: values, times and status codes (Part 4, 7.11; Part 6, 5.2.2). */
final class Values {
    /** 1601-01-01 to 1970-01-01 in units of 100 ns. */
    private static final long EPOCH_TICKS = 116_444_736_000_000_000L;

    /** Beyond these nanoseconds since 1970 do not fit a long: the years 1678 and 2262. */
    private static final long TICKS_MIN = EPOCH_TICKS + Long.MIN_VALUE / 100 + 1;

    private static final long TICKS_MAX = EPOCH_TICKS + Long.MAX_VALUE / 100 - 1;
    private static final int INFO_TYPE_DATA_VALUE = 0x400;
    private static final int OVERFLOW = 0x80;
    private static final int INFO_BITS = 0x3FF;

    private Values() {}

    /** The value, or null where it is neither a scalar nor null: arrays and structures. */
    static @Nullable Value valueOf(@Nullable Object value) {
        return switch (value) {
            case null -> new Value.None();
            case Boolean bool -> new Value.Bool(bool);
            case Byte number -> new Value.Int64(number);
            case Short number -> new Value.Int64(number);
            case Integer number -> new Value.Int64(number);
            case Long number -> new Value.Int64(number);
            case UByte number -> new Value.Int64(number.longValue());
            case UShort number -> new Value.Int64(number.longValue());
            case UInteger number -> new Value.Int64(number.longValue());
            case ULong number -> unsigned(number.longValue());
            case Float number -> new Value.Float32(number);
            case Double number -> new Value.Float64(number);
            case String text -> new Value.Text(text);
            case DateTime time -> new Value.Text(String.valueOf(time.getJavaInstant()));
            case UUID id -> new Value.Text(id.toString());
            case LocalizedText text -> new Value.Text(text.text() == null ? "" : text.text());
            case StatusCode code -> new Value.Int64(code.value());
            case ByteString bytes -> new Value.Text(Base64.getEncoder().encodeToString(bytes.bytesOrEmpty()));
            case QualifiedName name -> new Value.Text(name.toParseableString());
            case NodeId id -> new Value.Text(id.toParseableString());
            case ExpandedNodeId id -> new Value.Text(id.toParseableString());
            case XmlElement xml -> new Value.Text(xml.getFragmentOrEmpty());
            case OptionSetUInteger<?> bits -> valueOf(bits.getValue());
            default -> null;
        };
    }

    private static Value unsigned(long bits) {
        return bits < 0 ? new Value.UInt64(bits) : new Value.Int64(bits);
    }

    /**
     * Source time, else server time, in nanoseconds since 1970; Long.MIN_VALUE where neither is
     * given. Picoseconds (units of 10 ps, 0 to 9999) are added as far as they make nanoseconds.
     */
    static long measuredNanos(DataValue value) {
        long source = nanos(value.sourceTime(), value.sourcePicoseconds());
        return source != Long.MIN_VALUE ? source : nanos(value.serverTime(), value.serverPicoseconds());
    }

    private static long nanos(@Nullable DateTime time, @Nullable UShort tensOfPicoseconds) {
        if (time == null || time.utcTime() < TICKS_MIN || time.utcTime() > TICKS_MAX) {
            return Long.MIN_VALUE;
        }
        int rest = tensOfPicoseconds == null ? 0 : Math.min(tensOfPicoseconds.intValue(), 9999) / 100;
        return (time.utcTime() - EPOCH_TICKS) * 100 + rest;
    }

    /** The time for a request, rounded down to 100 ns. */
    static DateTime dateTime(long nanos) {
        return new DateTime(Math.floorDiv(nanos, 100L) + EPOCH_TICKS);
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    /** Whether the server says that values before or after this one fell out of its queue. */
    static boolean isOverflown(StatusCode status) {
        return status.isOverflowSet();
    }

    /**
     * The StatusCode of the value itself. Overflow speaks of the queue and not of the value, and the
     * history has the same value without it, so it is taken out: else the same reading would count
     * as two.
     */
    static int statusOf(StatusCode status) {
        int bits = (int) status.value();
        if (status.isOverflowSet()) {
            bits &= ~OVERFLOW;
        }
        return (bits & INFO_BITS) == 0 ? bits & ~INFO_TYPE_DATA_VALUE : bits;
    }
}
