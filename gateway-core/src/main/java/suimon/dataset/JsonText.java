package suimon.dataset;

/** A string as RFC 8259, section 7, wants it. */
public final class JsonText {
    private JsonText() {}

    public static String of(String raw) {
        StringBuilder quoted = new StringBuilder(raw.length() + 2).append('"');
        for (int index = 0; index < raw.length(); index++) {
            char next = raw.charAt(index);
            if (next == '"' || next == '\\') {
                quoted.append('\\').append(next);
            } else if (next < ' ') {
                quoted.append(String.format("\\u%04x", (int) next));
            } else {
                quoted.append(next);
            }
        }
        return quoted.append('"').toString();
    }
}
