package suimon.pipeline;

/** Foreign text in our messages: short, and on one line whatever a sender wrote. */
final class Excerpt {
    private Excerpt() {}

    static String of(String text, int charactersMax) {
        StringBuilder excerpt = new StringBuilder(Math.min(text.length(), charactersMax) + 3);
        int kept = Math.min(text.length(), charactersMax);
        for (int at = 0; at < kept; at++) {
            char next = text.charAt(at);
            excerpt.append(Character.isISOControl(next) ? '?' : next);
        }
        return kept < text.length() ? excerpt.append("...").toString() : excerpt.toString();
    }
}
