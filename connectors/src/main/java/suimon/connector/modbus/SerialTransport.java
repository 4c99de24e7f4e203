package suimon.connector.modbus;

import com.digitalpetri.modbus.ModbusRtuFrame;
import com.digitalpetri.modbus.ModbusRtuResponseFrameParser;
import com.digitalpetri.modbus.client.ModbusRtuClientTransport;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import suimon.reading.Ticker;

/**
 * RTU frames on a serial line of this box. The line is set up with {@code stty} of the GNU core
 * utilities and then read and written as the file it is: no native library is needed.
 *
 * <p>The line is set to return from a read after a tenth of a second without a byte, so that the
 * reading thread notices that it shall end.
 */
final class SerialTransport implements ModbusRtuClientTransport {
    private static final int READ_BYTES = 512;
    private static final long STTY_SECONDS = 5;
    /** So many reads in a row that return nothing at once mean that the line is gone. */
    private static final int EMPTY_READS_MAX = 50;
    private static final long EMPTY_READ_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path line;
    private final ModbusSettings settings;
    private final Ticker ticker;
    private final ModbusRtuResponseFrameParser parser = new ModbusRtuResponseFrameParser();
    private volatile Consumer<ModbusRtuFrame> receiver = frame -> {};
    private volatile @Nullable FileOutputStream out;

    SerialTransport(Path line, ModbusSettings settings, Ticker ticker) {
        this.line = line;
        this.ticker = ticker;
        this.settings = settings;
    }

    @Override
    public CompletionStage<Void> connect() {
        try {
            if (!Files.exists(line)) {
                throw new IOException("there is no " + line + "; is the adapter plugged in? see ls /dev/serial/by-id");
            }
            setUp();
            FileInputStream in = new FileInputStream(line.toFile());
            FileOutputStream opened = new FileOutputStream(line.toFile());
            // Again, now that it is open: some drivers forget when the last user closes the line.
            setUp();
            out = opened;
            Thread.ofPlatform().daemon().name("modbus-" + settings.name()).start(() -> listen(in, opened));
            return CompletableFuture.completedFuture(null);
        } catch (IOException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    private void setUp() throws IOException {
        String parity = switch (settings.parity()) {
            case NONE -> "-parenb";
            case EVEN -> "parenb -parodd";
            case ODD -> "parenb parodd";
        };
        String words = "stty -F " + line + " raw -echo clocal cread -crtscts cs8 " + parity
                + (settings.stopBits() == 2 ? " cstopb " : " -cstopb ") + settings.baud() + " min 0 time 1";
        Process stty = new ProcessBuilder(List.of(words.split(" "))).redirectErrorStream(true).start();
        try {
            if (!stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                throw new IOException(words + " did not end within " + STTY_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            stty.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (stty.exitValue() != 0) {
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            throw new IOException("the line can't be set up: " + said
                    + "; the gateway's user must be in the group dialout, and the line must know this baud");
        }
    }

    private void listen(FileInputStream in, FileOutputStream opened) {
        byte[] bytes = new byte[READ_BYTES];
        int empty = 0;
        try (in; opened) {
            while (isOpen(opened) && empty < EMPTY_READS_MAX) {
                long begin = ticker.nanos();
                int count = in.read(bytes);
                boolean isAtOnce = ticker.nanos() - begin < EMPTY_READ_NANOS;
                empty = count > 0 || !isAtOnce ? 0 : empty + 1;
                if (count > 0) {
                    parse(Arrays.copyOf(bytes, count));
                }
            }
        } catch (IOException unplugged) {
            // As after a hang-up: the next request finds the line closed.
        }
        if (isOpen(opened)) {
            out = null;
        }
    }

    private boolean isOpen(FileOutputStream opened) {
        return opened.equals(out);
    }

    private void parse(byte[] bytes) {
        ModbusRtuFrame frame;
        synchronized (parser) {
            frame = frame(parser, bytes);
        }
        if (frame != null) {
            receiver.accept(frame);
        }
    }

    /** The frame that ends with these bytes; null when none does. What can't be one is noise, and forgotten. */
    static @Nullable ModbusRtuFrame frame(ModbusRtuResponseFrameParser parser, byte[] bytes) {
        try {
            return switch (parser.parse(bytes)) {
                case ModbusRtuResponseFrameParser.Accumulated whole -> {
                    parser.reset();
                    yield whole.frame();
                }
                case ModbusRtuResponseFrameParser.ParseError noise -> {
                    parser.reset();
                    yield null;
                }
                default -> null;
            };
        } catch (BufferOverflowException more) {
            // The library (2.1.4) collects what is no frame until its buffer is full.
            parser.reset();
            return null;
        }
    }

    @Override
    public CompletionStage<Void> send(ModbusRtuFrame frame) {
        FileOutputStream open = out;
        if (open == null) {
            return CompletableFuture.failedFuture(new IOException(line + " is gone; is the adapter plugged in?"));
        }
        ByteBuffer pdu = frame.pdu().duplicate();
        ByteBuffer crc = frame.crc().duplicate();
        ByteBuffer bytes = ByteBuffer.allocate(1 + pdu.remaining() + crc.remaining());
        bytes.put((byte) frame.unitId()).put(pdu).put(crc);
        // What an earlier request left behind is not the answer to this one.
        resetFrameParser();
        try {
            open.write(bytes.array());
            return CompletableFuture.completedFuture(null);
        } catch (IOException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    @Override
    public void receive(Consumer<ModbusRtuFrame> frames) {
        receiver = frames;
    }

    @Override
    public void resetFrameParser() {
        synchronized (parser) {
            parser.reset();
        }
    }

    @Override
    public boolean isConnected() {
        return out != null;
    }

    @Override
    public CompletionStage<Void> disconnect() {
        // The reading thread closes the files when its read returns.
        out = null;
        return CompletableFuture.completedFuture(null);
    }
}
