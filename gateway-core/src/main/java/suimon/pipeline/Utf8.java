package suimon.pipeline;

/** Well-formedness as in The Unicode Standard, table 3-7: no overlong forms, no surrogates. */
final class Utf8 {
    private Utf8() {}

    /** The position of the first byte that is not UTF-8, or -1. */
    static int invalidAt(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to) {
            if (bytes[position] >= 0) {
                position++;
            } else {
                int length = sequence(bytes, position, to);
                if (length == 0) {
                    return position;
                }
                position += length;
            }
        }
        return -1;
    }

    /** The length of the sequence that begins here with a byte above 127; 0 when it is ill-formed. */
    static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > to) {
            return 0;
        }
        for (int offset = 1; offset < length; offset++) {
            if ((bytes[at + offset] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xff;
        boolean isIllFormed = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)
                || (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
        return isIllFormed ? 0 : length;
    }
}
