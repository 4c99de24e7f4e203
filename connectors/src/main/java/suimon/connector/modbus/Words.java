package suimon.connector.modbus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import suimon.connector.modbus.ModbusSettings.Order;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.reading.Value;

/** From registers to values. The standard fixes the order of bytes only within one register. */
final class Words {
    /** OPC UA StatusCode Bad_NoData (Part 6, annex A): the device says that it has none. */
    static final int NO_DATA = 0x809B_0000;

    private Words() {}

    /** The value in an answer to the block; {@link Value.None} where the device has none. */
    static Value valueOf(RegisterSettings settings, Block block, byte[] answer) {
        int at = settings.address() - block.address;
        if (block.table.hasBits()) {
            return new Value.Bool((answer[at / 8] >> (at % 8) & 1) == 1);
        }
        byte[] bytes = new byte[settings.words() * 2];
        System.arraycopy(answer, at * 2, bytes, 0, bytes.length);
        if (settings.effectiveType() == Type.STRING) {
            return text(bytes, settings.order());
        }
        order(bytes, settings.order());
        Value raw = raw(settings, ByteBuffer.wrap(bytes));
        double number = raw.asDouble();
        if (raw instanceof Value.Bool) {
            return raw;
        }
        if (Double.isNaN(number) || settings.missing().contains(number)) {
            return new Value.None();
        }
        boolean isPlain = settings.scale() == 1 && settings.offset() == 0;
        return isPlain ? raw : new Value.Float64(number * settings.scale() + settings.offset());
    }

    private static Value raw(RegisterSettings settings, ByteBuffer bytes) {
        Integer bit = settings.bit();
        return switch (settings.effectiveType()) {
            case BIT -> new Value.Bool((bytes.getShort() >> (bit == null ? 0 : bit) & 1) == 1);
            case INT16 -> new Value.Int64(bytes.getShort());
            case UINT16 -> new Value.Int64(Short.toUnsignedInt(bytes.getShort()));
            case INT32 -> new Value.Int64(bytes.getInt());
            case UINT32 -> new Value.Int64(Integer.toUnsignedLong(bytes.getInt()));
            case FLOAT32 -> new Value.Float32(bytes.getFloat());
            case INT64 -> new Value.Int64(bytes.getLong());
            case UINT64 -> unsigned(bytes.getLong());
            case FLOAT64 -> new Value.Float64(bytes.getDouble());
            case STRING -> throw new IllegalStateException("text is no number");
        };
    }

    private static Value unsigned(long bits) {
        return bits < 0 ? new Value.UInt64(bits) : new Value.Int64(bits);
    }

    /** Puts the most significant byte first. */
    private static void order(byte[] bytes, Order order) {
        if (order.swapsBytes()) {
            swapBytes(bytes);
        }
        if (order.swapsWords()) {
            for (int low = 0, high = bytes.length - 2; low < high; low += 2, high -= 2) {
                swap(bytes, low, high);
                swap(bytes, low + 1, high + 1);
            }
        }
    }

    private static void swapBytes(byte[] bytes) {
        for (int at = 0; at < bytes.length; at += 2) {
            swap(bytes, at, at + 1);
        }
    }

    private static void swap(byte[] bytes, int one, int other) {
        byte kept = bytes[one];
        bytes[one] = bytes[other];
        bytes[other] = kept;
    }

    /** Up to the first NUL, without the blanks at its ends; words of a text are never swapped. */
    private static Value text(byte[] bytes, Order order) {
        if (order.swapsBytes()) {
            swapBytes(bytes);
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new Value.Text(new String(bytes, 0, end, StandardCharsets.UTF_8).strip());
    }
}
