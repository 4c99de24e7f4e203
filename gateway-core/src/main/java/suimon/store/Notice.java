package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What happened to the log's file while nobody had it open, kept under {@link #OWNER} until the
 * gateway has told it: {@code Log.kept(Notice.OWNER)}.
 */
public final class Notice {
    public static final String OWNER = "store";
    /** The log came out of a backup; the bytes say which, in English. */
    public static final String RESTORED = "restored";

    /** The log was damaged and salvaged; the bytes are a {@link Salvaged}. */
    public static final String SALVAGED = "salvaged";

    private static final int VERSION = 1;

    private Notice() {}

    /**
     * A salvage and what it cost.
     *
     * @param why what was found, in English
     * @param entries that are lost, as far as known
     * @param readings that are lost, as far as known; part of the entries
     * @param damage pages and rows that could not be read
     */
    public record Salvaged(String why, long entries, long readings, long damage) {
        byte[] toBytes() {
            return new ByteWriter(64).putByte(VERSION).putString(why).putSigned(entries)
                    .putSigned(readings).putSigned(damage).toBytes();
        }

        /** From what is kept under {@link #SALVAGED}. */
        public static Salvaged of(byte[] bytes) {
            ByteReader from = new ByteReader(bytes);
            if (from.getByte() != VERSION) {
                throw new IllegalArgumentException("a notice of format " + bytes[0]);
            }
            return new Salvaged(from.getString(), from.getSigned(), from.getSigned(), from.getSigned());
        }
    }

    static void write(Connection connection, String key, byte[] bytes) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                "INSERT OR REPLACE INTO kept(owner, key, bytes) VALUES(?, ?, ?)")) {
            write.setString(1, OWNER);
            write.setString(2, key);
            write.setBytes(3, bytes);
            write.execute();
        }
    }
}
