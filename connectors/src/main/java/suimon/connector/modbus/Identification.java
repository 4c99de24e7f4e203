package suimon.connector.modbus;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a device on Modbus TCP who it is: Read Device Identification, function 43 / 14 (Modbus Application
 * Protocol 1.1b3, 6.21), basic objects. By hand, since the library has no such request.
 */
final class Identification {
    private static final int FRAME_BYTES_MAX = 260;
    private static final int OBJECTS_MAX = 3;
    private static final byte[] REQUEST = {0, 1, 0, 0, 0, 5, 0, 0x2b, 0x0e, 1, 0};

    private Identification() {}

    /** Vendor, product code and revision as far as it says them; empty when it says nothing in time. */
    static List<String> of(String host, int port, int unit, Duration within) {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(within.toMillis());
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            byte[] request = REQUEST.clone();
            request[6] = (byte) unit;
            socket.getOutputStream().write(request);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(4);
            int length = in.readUnsignedShort();
            if (length < 3 || length > FRAME_BYTES_MAX) {
                return List.of();
            }
            byte[] answer = new byte[length];
            in.readFully(answer);
            return objects(answer);
        } catch (IOException silent) {
            return List.of();
        }
    }

    /** The texts in an answer, unit id first; empty when it is none. */
    static List<String> objects(byte[] answer) {
        List<String> found = new ArrayList<>();
        boolean isAnswer = answer.length >= 8 && answer[1] == 0x2b && answer[2] == 0x0e;
        int count = isAnswer ? Math.min(OBJECTS_MAX, answer[7] & 0xff) : 0;
        int at = 8;
        for (int index = 0; index < count && at + 2 <= answer.length; index++) {
            int length = answer[at + 1] & 0xff;
            if (at + 2 + length > answer.length) {
                break;
            }
            String text = new String(answer, at + 2, length, StandardCharsets.UTF_8);
            found.add(text.replaceAll("\\p{Cntrl}", " ").strip());
            at += 2 + length;
        }
        return found;
    }
}
