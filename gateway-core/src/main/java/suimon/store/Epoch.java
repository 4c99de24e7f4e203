package suimon.store;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;

/** The random id of a log's history. */
final class Epoch {
    private static final int EPOCH_BYTES = 16;

    private Epoch() {}

    /** As it is kept; a new one for a new log. */
    static String of(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT value FROM meta WHERE name = 'epoch'")) {
            if (row.next()) {
                return row.getString(1);
            }
        }
        return begin(connection);
    }

    /** Begins a new history: from here on the log is another one. */
    static String begin(Connection connection) throws SQLException {
        byte[] random = new byte[EPOCH_BYTES];
        new SecureRandom().nextBytes(random);
        String epoch = HexFormat.of().formatHex(random);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT OR REPLACE INTO meta(name, value) VALUES('epoch', ?)")) {
            insert.setString(1, epoch);
            insert.execute();
        }
        return epoch;
    }
}
