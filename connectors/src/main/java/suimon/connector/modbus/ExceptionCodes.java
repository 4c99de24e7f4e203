package suimon.connector.modbus;

import com.digitalpetri.modbus.ModbusRtuFrame;
import com.digitalpetri.modbus.client.ModbusRtuClientTransport;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Remembers the exception code of the last answer that was an exception: the library's RTU client
 * (2.1.4) reports the function in its place.
 */
final class ExceptionCodes implements ModbusRtuClientTransport {
    private static final int IS_EXCEPTION = 0x80;

    private final ModbusRtuClientTransport line;
    private volatile int last;

    ExceptionCodes(ModbusRtuClientTransport line) {
        this.line = line;
    }

    /** 0 when the last answer was none. */
    int last() {
        return last;
    }

    @Override
    public void receive(Consumer<ModbusRtuFrame> frames) {
        line.receive(frame -> {
            ByteBuffer pdu = frame.pdu();
            int at = pdu.position();
            boolean isException = pdu.remaining() >= 2 && (pdu.get(at) & IS_EXCEPTION) != 0;
            last = isException ? pdu.get(at + 1) & 0xff : 0;
            frames.accept(frame);
        });
    }

    @Override
    public CompletionStage<Void> connect() {
        return line.connect();
    }

    @Override
    public CompletionStage<Void> disconnect() {
        return line.disconnect();
    }

    @Override
    public boolean isConnected() {
        return line.isConnected();
    }

    @Override
    public CompletionStage<Void> send(ModbusRtuFrame frame) {
        return line.send(frame);
    }

    @Override
    public void resetFrameParser() {
        line.resetFrameParser();
    }
}
