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

    private Notice() {}

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
