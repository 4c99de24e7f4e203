package suimon.reading;

/** The same words for an operator in Japanese and in English. */
public record Words(String ja, String en) {
    public Words {
        if (ja.isBlank() || en.isBlank()) {
            throw new IllegalArgumentException("both ja and en need words");
        }
    }

    /** The same text in both languages, for names that are the same in both. */
    public static Words same(String text) {
        return new Words(text, text);
    }
}
