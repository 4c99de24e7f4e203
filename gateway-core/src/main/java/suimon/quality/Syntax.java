package suimon.quality;

import suimon.reading.Grade;

/** QARTOD's syntax test on a sender's raw text: whether it is as long as it should be. */
public final class Syntax {
    private Syntax() {}

    /** Good when there are so many characters. */
    public static Grade characters(String text, int expected) {
        return text.length() == expected ? Grade.GOOD : Grade.FAIL;
    }

    /** Good when there are two hexadecimal digits for each of so many bytes. */
    public static Grade hexBytes(String text, int expected) {
        return text.length() == 2 * expected ? Grade.GOOD : Grade.FAIL;
    }

    /** Good when the delimiter parts it into so many, empty ones included. */
    public static Grade parts(String text, String delimiter, int expected) {
        return text.split(java.util.regex.Pattern.quote(delimiter), -1).length == expected ? Grade.GOOD : Grade.FAIL;
    }
}
