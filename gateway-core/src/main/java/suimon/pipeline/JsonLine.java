package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes one small JSON object into a buffer that is used again and again. For one thread. */
final class JsonLine {
    private byte[] bytes = new byte[512];
    private int size;

    JsonLine begin() {
        size = 0;
        return put('{');
    }

    byte[] end() {
        put('}');
        return Arrays.copyOf(bytes, size);
    }

    /** A name; a comma comes before it unless it is the first of its object. */
    JsonLine name(String name) {
        if (bytes[size - 1] != '{') {
            put(',');
        }
        return string(name).put(':');
    }

    /** Milliseconds since the epoch with three decimals, from nanoseconds. */
    JsonLine milliseconds(long nanos) {
        long micros = Math.floorDiv(nanos, 1000);
        ascii(Long.toString(Math.floorDiv(micros, 1000))).put('.');
        int rest = (int) Math.floorMod(micros, 1000L);
        return put((char) ('0' + rest / 100)).put((char) ('0' + rest / 10 % 10)).put((char) ('0' + rest % 10));
    }

    /** A number; null where it is none. */
    JsonLine number(double value) {
        return ascii(Double.isFinite(value) ? Double.toString(value) : "null");
    }

    /** The same in as many digits as a float has. */
    JsonLine number(float value) {
        return ascii(Float.isFinite(value) ? Float.toString(value) : "null");
    }

    JsonLine plain(String text) {
        return ascii(text);
    }

    JsonLine open() {
        return put('{');
    }

    JsonLine close() {
        return put('}');
    }

    JsonLine openArray() {
        return put('[');
    }

    /** An object in an array; a comma comes before it unless it is the first. */
    JsonLine openNext() {
        if (bytes[size - 1] != '[') {
            put(',');
        }
        return put('{');
    }

    JsonLine closeArray() {
        return put(']');
    }

    JsonLine string(String text) {
        put('"');
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            if (one == '"' || one == '\\') {
                put('\\');
            }
            if (one >= 0 && one < 0x20) {
                ascii("\\u00").put(hex(one >> 4)).put(hex(one & 15));
            } else {
                put((char) (one & 0xff));
            }
        }
        return put('"');
    }

    private static char hex(int digit) {
        return "0123456789abcdef".charAt(digit);
    }

    private JsonLine ascii(String text) {
        for (int index = 0; index < text.length(); index++) {
            put(text.charAt(index));
        }
        return this;
    }

    private JsonLine put(char one) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) one;
        return this;
    }
}
