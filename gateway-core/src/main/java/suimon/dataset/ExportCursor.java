package suimon.dataset;

/**
 * How far a reader of the data set has come: the last entry and the last row of it that it has.
 * Written as {@code sequence.row}, or just {@code sequence} for the whole entry.
 */
public record ExportCursor(long sequence, int row) {
    /** Before the first reading. */
    public static final ExportCursor START = new ExportCursor(0, Integer.MAX_VALUE);

    /** IllegalArgumentException with what was expected when the text is no cursor. */
    public static ExportCursor parse(String text) {
        int dot = text.indexOf('.');
        try {
            long sequence = Long.parseLong(dot < 0 ? text : text.substring(0, dot));
            int row = dot < 0 ? Integer.MAX_VALUE : Integer.parseInt(text.substring(dot + 1));
            if (sequence >= 0 && row >= 0) {
                return new ExportCursor(sequence, row);
            }
        } catch (NumberFormatException notANumber) {
            // Answered below like a negative number.
        }
        throw new IllegalArgumentException(
                "cursor '" + text + "', expected what the last export gave, such as 1042 or 1042.17");
    }

    @Override
    public String toString() {
        return row == Integer.MAX_VALUE ? Long.toString(sequence) : sequence + "." + row;
    }
}
