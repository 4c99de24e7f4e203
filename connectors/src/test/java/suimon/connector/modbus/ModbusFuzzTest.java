package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.digitalpetri.modbus.ModbusPduSerializer;
import com.digitalpetri.modbus.ModbusRtuResponseFrameParser;
import com.digitalpetri.modbus.exceptions.ModbusException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.connector.modbus.ModbusSettings.Order;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.fuzz.FuzzContract;
import suimon.fuzz.Subject;

/** What comes from a line or a device: frames, answers, and registers of any content. */
class ModbusFuzzTest extends FuzzContract {
    private static final Type[] TYPES = Type.values();
    private static final Order[] ORDERS = Order.values();

    @Override
    protected List<Subject> subjects() {
        return List.of(
                new Subject("modbus-line", List.of(hex("01030400010002" + "2a32"), hex("018302c0f1"), hex("0101010148"
                        + "88")), input -> new SerialFrames().takes(input)),
                new Subject("modbus-answer", List.of(hex("030400010002"), hex("010101"), hex("0402ffff")),
                        ModbusFuzzTest::decodes),
                new Subject("modbus-registers", List.of(hex("0500504d2d3120000000"), hex("030141200000"), hex("0900504d2d31")),
                        ModbusFuzzTest::hasValue));
    }

    @Test
    void noiseOnASerialLineIsForgottenAndTheNextFrameIsRead() {
        ModbusRtuResponseFrameParser parser = new ModbusRtuResponseFrameParser();

        for (int piece = 0; piece < 20; piece++) {
            byte[] noise = new byte[100];
            java.util.Arrays.fill(noise, (byte) 0xc0);
            assertThat(SerialTransport.frame(parser, noise)).isNull();
        }
        parser.reset();

        assertThat(SerialTransport.frame(parser, hex("010304000100022a32"))).isNotNull();
    }

    private static boolean decodes(byte[] input) throws Exception {
        try {
            ByteBuffer pdu = ByteBuffer.wrap(input);
            int function = pdu.remaining() == 0 ? 0 : pdu.get(0) & 0xff;
            ModbusPduSerializer.DefaultResponseSerializer.INSTANCE.decode(function, pdu);
            return true;
        } catch (ModbusException | BufferUnderflowException refused) {
            return false;
        }
    }

    /** Type, order, registers. */
    private static boolean hasValue(byte[] input) {
        if (input.length < 4 || input.length % 2 != 0) {
            return false;
        }
        Type type = TYPES[(input[0] & 0xff) % TYPES.length];
        int words = (input.length - 2) / 2;
        if (type.words > words || words > 125) {
            return false;
        }
        RegisterSettings settings = new RegisterSettings("s", Table.HOLDING, 0, type, type == Type.BIT ? 3 : null,
                type == Type.STRING ? words : null, ORDERS[(input[1] & 0xff) % ORDERS.length], 2, 1, List.of(7.0));
        Block block = Block.of(List.of(new Point(settings, Long.MIN_VALUE)), 125, 8).getFirst();
        Words.valueOf(settings, block, java.util.Arrays.copyOfRange(input, 2, input.length)).asDouble();
        return true;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** As the reading thread of a serial line sees them: in pieces of any length. */
    private static final class SerialFrames {
        private final ModbusRtuResponseFrameParser parser = new ModbusRtuResponseFrameParser();

        boolean takes(byte[] input) {
            int middle = input.length / 2;
            boolean isFirst = isWhole(java.util.Arrays.copyOf(input, middle));
            return isWhole(java.util.Arrays.copyOfRange(input, middle, input.length)) || isFirst;
        }

        private boolean isWhole(byte[] piece) {
            return SerialTransport.frame(parser, piece) != null;
        }
    }
}
