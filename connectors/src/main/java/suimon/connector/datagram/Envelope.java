package suimon.connector.datagram;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals datagrams of one gateway and opens them: the gateway's number as a varint, a counter of five bytes, then
 * AES-256-GCM with a tag of 12 bytes. Each way has a key of its own, derived from the shared one, the gateway's id
 * and its number, and the counter is the nonce: {@link Counters} never gives one twice. Safe for many threads.
 */
final class Envelope {
    static final int KEY_BYTES = 32;
    static final int NUMBER_MAX = (1 << 14) - 1;
    /** The counter's bytes hold less than this. */
    static final long COUNTER_END = 1L << 40;

    private static final int COUNTER_BYTES = 5;
    private static final int TAG_BYTES = 12;
    private static final int NONCE_BYTES = 12;

    private final byte[] number;
    private final SecretKey up;
    private final SecretKey down;

    /** Which way a datagram goes. */
    enum Way { UP, DOWN }

    /** What was inside, and with which counter it was sent. */
    record Opened(long counter, byte[] inside) {}

    /** @param key 64 hexadecimal digits; IllegalArgumentException when it is something else */
    Envelope(String key, String gateway, int number) {
        byte[] shared;
        try {
            shared = HexFormat.of().parseHex(key);
        } catch (IllegalArgumentException notHex) {
            throw new IllegalArgumentException("the key is no hexadecimal number, expected 64 digits;"
                    + " openssl rand -hex 32 makes one", notHex);
        }
        if (shared.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key has " + shared.length + " bytes, expected " + KEY_BYTES
                    + " as 64 hexadecimal digits; openssl rand -hex 32 makes one");
        }
        this.number = Varint.of(number);
        up = derive(shared, "up", gateway, number);
        down = derive(shared, "down", gateway, number);
    }

    private static SecretKey derive(byte[] shared, String way, String gateway, int number) {
        String label = "suimon datagram v1 " + way + " " + number + " " + gateway;
        try {
            return KDF.getInstance("HKDF-SHA256").deriveKey("AES", HKDFParameterSpec.ofExtract()
                    .addIKM(shared).thenExpand(label.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Java has HKDF", impossible);
        }
    }

    /** What it adds to what is inside, bytes. */
    int overhead() {
        return number.length + COUNTER_BYTES + TAG_BYTES;
    }

    /** The same for whoever has the same keys, which two senders must not have. */
    SecretKey identity() {
        return up;
    }

    /** The number that a datagram says it is of; -1 when it is too short to say. */
    static int numberOf(byte[] datagram) {
        return (int) Varint.read(ByteBuffer.wrap(datagram), NUMBER_MAX);
    }

    byte[] seal(Way way, long counter, byte[] inside) {
        ByteBuffer out = ByteBuffer.allocate(overhead() + inside.length).put(number);
        putCounter(out, counter);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, way, counter);
            cipher.updateAAD(out.array(), 0, out.position());
            cipher.doFinal(ByteBuffer.wrap(inside), out);
            return out.array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a datagram of " + inside.length + " bytes", impossible);
        }
    }

    /** Null for what nobody with the key has sent that way. */
    @Nullable Opened open(Way way, byte[] datagram) {
        int header = number.length + COUNTER_BYTES;
        if (datagram.length < header + TAG_BYTES) {
            return null;
        }
        long counter = counterOf(datagram, number.length);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, way, counter);
            cipher.updateAAD(datagram, 0, header);
            return new Opened(counter, cipher.doFinal(datagram, header, datagram.length - header));
        } catch (AEADBadTagException forged) {
            return null;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a datagram of " + datagram.length + " bytes", impossible);
        }
    }

    private Cipher cipher(int mode, Way way, long counter) throws GeneralSecurityException {
        ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(NONCE_BYTES - Long.BYTES, counter);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, way == Way.UP ? up : down, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array()));
        return cipher;
    }

    private static void putCounter(ByteBuffer out, long counter) {
        out.put((byte) (counter >>> Integer.SIZE)).putInt((int) counter);
    }

    static long counterOf(byte[] datagram, int at) {
        ByteBuffer in = ByteBuffer.wrap(datagram);
        return (in.get(at) & 0xFFL) << Integer.SIZE | in.getInt(at + 1) & 0xFFFF_FFFFL;
    }
}
