package suimon.connector.opcua;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a server says first on a connection that it opened itself (Part 6, 7.1.2.6), and the answer to
 * one that is not taken (7.1.2.5).
 *
 * @param serverUri the application URI that it claims
 * @param endpointUrl the URL that a client is to name in its Hello
 */
record ReverseHello(String serverUri, String endpointUrl) {
    /** Part 6 allows no longer text. */
    static final int TEXT_BYTES_MAX = 4_095;

    static final int MESSAGE_BYTES_MAX = 8 + 2 * (4 + TEXT_BYTES_MAX);

    private static final int HEADER_BYTES = 8;

    /** What came is no ReverseHello; says what it is instead. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** Reads one, and not a byte beyond it. */
    static ReverseHello read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        byte[] head = new byte[HEADER_BYTES];
        in.readFully(head);
        String type = new String(head, 0, 4, StandardCharsets.ISO_8859_1);
        if (!type.equals("RHEF")) {
            throw new Malformed(type.equals("HELF")
                    ? "a client's Hello; this port waits for servers, not for clients"
                    : "no ReverseHello of OPC UA");
        }
        int size = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        if (size < HEADER_BYTES + 8 || size > MESSAGE_BYTES_MAX) {
            throw new Malformed("a ReverseHello of " + Integer.toUnsignedString(size) + " bytes, at most "
                    + MESSAGE_BYTES_MAX);
        }
        byte[] body = new byte[size - HEADER_BYTES];
        in.readFully(body);
        ByteBuffer rest = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        ReverseHello hello = new ReverseHello(text(rest), text(rest));
        if (rest.hasRemaining()) {
            throw new Malformed("a ReverseHello with " + rest.remaining() + " bytes too many");
        }
        return hello;
    }

    private static String text(ByteBuffer from) throws Malformed {
        int length = from.remaining() < 4 ? Integer.MIN_VALUE : from.getInt();
        if (length == -1) {
            return "";
        }
        if (length < 0 || length > TEXT_BYTES_MAX || length > from.remaining()) {
            throw new Malformed("a ReverseHello with a text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Why this server is not the configured one; empty when it is. */
    String mismatch(String wantedServerUri, URI wantedEndpoint) {
        if (!serverUri.equals(wantedServerUri)) {
            return "it calls itself " + shown(serverUri) + " and reverse.serverUri is " + wantedServerUri;
        }
        if (!plain(endpointUrl).equals(plain(wantedEndpoint.toString()))) {
            return "its endpoint is " + shown(endpointUrl) + " and the configured one " + wantedEndpoint;
        }
        return "";
    }

    /** Hosts have no case, 4840 is the port where none is named, and a slash at the end is none. */
    private static String plain(String url) {
        try {
            URI uri = URI.create(url);
            String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
            String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+$", "");
            return uri.getScheme() + "://" + host + ":" + (uri.getPort() < 0 ? 4840 : uri.getPort()) + path;
        } catch (IllegalArgumentException e) {
            return url;
        }
    }

    /** One line of bounded length, since anybody may have sent it. */
    static String shown(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.isBlank() ? "nothing" : line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    /** The message, as a server would send it. */
    byte[] toBytes() {
        return message("RHEF", serverUri.getBytes(StandardCharsets.UTF_8), endpointUrl.getBytes(StandardCharsets.UTF_8));
    }

    /** The Error message that tells a server why it was not taken. */
    static byte[] refusal(long statusCode, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + 8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("ERRF".getBytes(StandardCharsets.ISO_8859_1)).putInt(bytes.capacity());
        return bytes.putInt((int) statusCode).putInt(text.length).put(text).array();
    }

    private static byte[] message(String type, byte[]... texts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] text : texts) {
            body.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length).array());
            body.writeBytes(text);
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(type.getBytes(StandardCharsets.ISO_8859_1)).putInt(bytes.capacity());
        return bytes.put(body.toByteArray()).array();
    }
}
