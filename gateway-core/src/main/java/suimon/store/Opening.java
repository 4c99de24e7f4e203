package suimon.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import suimon.reading.Ticker;

/** Opens a log: the folder's lock, the file, what lives in memory; and salvages first where it must. */
final class Opening {
    private Opening() {}

    static Log open(LogSettings settings, Ticker ticker, Clock clock) throws StoreFailed {
        Path folder = settings.folder();
        if (Files.exists(folder.resolve(Restore.UNFINISHED))) {
            throw new StoreFailed("a restore into " + folder
                    + " was cut off; run suimon restore with the same folder again");
        }
        FolderLock lock = FolderLock.take(folder);
        try {
            return openOrSalvage(settings, lock, ticker, clock);
        } catch (StoreFailed failed) {
            lock.close();
            throw failed;
        }
    }

    /** Damage that shows at opening is dealt with at once, so that a start needs nobody. */
    private static Log openOrSalvage(LogSettings settings, FolderLock lock, Ticker ticker, Clock clock)
            throws StoreFailed {
        Path folder = settings.folder();
        Salvage.beforeOpening(folder, settings.quotaBytes(), clock);
        try {
            return openLocked(settings, lock, ticker, clock);
        } catch (StoreFailed failed) {
            if (!Salvage.beforeOpening(folder, settings.quotaBytes(), clock)) {
                throw failed;
            }
            return openLocked(settings, lock, ticker, clock);
        }
    }

    private static Log openLocked(LogSettings settings, FolderLock lock, Ticker ticker, Clock clock)
            throws StoreFailed {
        Path folder = settings.folder();
        @Nullable Connection connection = null;
        @Nullable Connection keptReader = null;
        try {
            connection = Database.openWriter(settings);
            Database.limitWal(connection, settings.quotaBytes());
            Catalog.of(connection).keep(folder);
            String epoch = Epoch.of(connection);
            LogState state = LogState.load(connection);
            state.recent().size(settings);
            keptReader = Database.openReader(settings);
            Log log = new Log(settings, lock, connection, keptReader, epoch, state,
                    Garbage.find(connection, state.spans().view()), clock, ticker);
            log.start(ticker);
            return log;
        } catch (SQLException failed) {
            Database.close(keptReader);
            Database.close(connection);
            throw Database.explain(Database.file(folder), "reading it at start", failed);
        } catch (StoreFailed failed) {
            Database.close(keptReader);
            Database.close(connection);
            throw failed;
        } catch (IOException | IllegalArgumentException damage) {
            Database.close(keptReader);
            Database.close(connection);
            Salvage.suspect(folder, "reading it at start failed: " + damage);
            throw new StoreFailed(Database.file(folder) + ": reading it at start failed: " + damage, damage);
        }
    }
}
