package suimon.store;

import java.util.LinkedHashMap;
import java.util.Map;
import suimon.reading.Readings;
import suimon.reading.ValueType;

/** The different texts among readings, in the order in which they come for the first time. */
final class TextTable {
    /** All different texts of one chunk or batch together are not longer; more are refused. */
    static final int BYTES_MAX = EntryCodec.BODY_BYTES_MAX;

    private static final int BYTES = 256;

    private final Map<String, Integer> indexes;
    private final String[] texts;

    private TextTable(Map<String, Integer> indexes, String[] texts) {
        this.indexes = indexes;
        this.texts = texts;
    }

    static TextTable of(Readings rows) {
        Map<String, Integer> indexes = new LinkedHashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            if (rows.type(row) == ValueType.TEXT) {
                indexes.putIfAbsent(rows.textOf(row), indexes.size());
            }
        }
        return new TextTable(indexes, new String[0]);
    }

    boolean isEmpty() {
        return texts.length == 0;
    }

    /** Of a text that is in the table. */
    int indexOf(String text) {
        return indexes.getOrDefault(text, 0);
    }

    String at(long index) {
        if (index < 0 || index >= texts.length) {
            throw new IllegalArgumentException("no text has the number " + index);
        }
        return texts[(int) index];
    }

    void write(ArithmeticEncoder to) {
        to.putNumber(indexes.size());
        if (indexes.isEmpty()) {
            return;
        }
        ByteWriter words = new ByteWriter(BYTES);
        indexes.keySet().forEach(words::putString);
        if (words.size() > BYTES_MAX) {
            throw new IllegalArgumentException("texts of " + words.size() + " bytes together, at most "
                    + BYTES_MAX + " fit; write fewer at once");
        }
        to.putNumber(words.size());
        int[] contexts = ArithmeticEncoder.contexts(BYTES);
        for (int index = 0; index < words.size(); index++) {
            ChunkShapes.writeIndex(words.array()[index] & 0xFF, Byte.SIZE, contexts, to);
        }
    }

    static TextTable read(int rows, ArithmeticDecoder from) {
        long distinct = from.getNumber();
        if (distinct == 0) {
            return new TextTable(Map.of(), new String[0]);
        }
        long length = from.getNumber();
        if (distinct < 1 || distinct > rows || length < distinct || length > BYTES_MAX) {
            throw new IllegalArgumentException(distinct + " texts of " + length + " bytes");
        }
        // Grows with what is really there instead of by the length that is claimed.
        ByteWriter words = new ByteWriter(BYTES);
        int[] contexts = ArithmeticEncoder.contexts(BYTES);
        for (long index = 0; index < length; index++) {
            words.putByte(ChunkShapes.readIndex(Byte.SIZE, contexts, from));
        }
        ByteReader reader = new ByteReader(words.array(), 0, words.size());
        String[] texts = new String[(int) distinct];
        for (int index = 0; index < texts.length; index++) {
            texts[index] = reader.getString();
        }
        return new TextTable(Map.of(), texts);
    }
}
