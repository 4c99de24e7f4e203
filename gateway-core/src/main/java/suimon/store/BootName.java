package suimon.store;

import java.util.UUID;
import java.util.regex.Pattern;

/** A boot's id: a UUID as its 128 bits, as Linux gives it, anything else as text. */
final class BootName {
    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private BootName() {}

    static void write(String boot, ArithmeticEncoder to) {
        boolean isUuid = CANONICAL.matcher(boot).matches();
        to.putDirect(isUuid ? 1 : 0, 1);
        if (isUuid) {
            UUID uuid = UUID.fromString(boot);
            to.putBits(uuid.getMostSignificantBits(), Long.SIZE);
            to.putBits(uuid.getLeastSignificantBits(), Long.SIZE);
            return;
        }
        ByteWriter text = new ByteWriter(64).putString(boot);
        to.putNumber(text.size());
        for (int index = 0; index < text.size(); index++) {
            to.putDirect(text.array()[index] & 0xFF, Byte.SIZE);
        }
    }

    static String read(ArithmeticDecoder from) {
        if (from.getDirect(1) == 1) {
            return new UUID(from.getBits(Long.SIZE), from.getBits(Long.SIZE)).toString();
        }
        long length = from.getNumber();
        if (length < 1 || length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("a boot's name of " + length + " bytes");
        }
        ByteWriter text = new ByteWriter(64);
        for (long index = 0; index < length; index++) {
            text.putByte(from.getDirect(Byte.SIZE));
        }
        return new ByteReader(text.array(), 0, text.size()).getString();
    }
}
