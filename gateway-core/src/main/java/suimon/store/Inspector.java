package suimon.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Inspects the file of a log that is in use, see {@link Log#inspect}. For one thread. */
final class Inspector implements AutoCloseable {
    private final Path folder;
    /** Stays open until the connections are closed, whose locks would go with it. */
    private volatile @Nullable FileChannel channel;

    Inspector(Path folder) {
        this.folder = folder;
    }

    long run(Log.Pace pace) throws StoreFailed {
        Path file = Database.file(folder);
        try (Connection reader = Database.openReader(folder)) {
            FileChannel open = channel;
            if (open == null) {
                open = FileChannel.open(file, StandardOpenOption.READ);
                channel = open;
            }
            Inspection.Outcome outcome = Inspection.run(reader, open, file, pace::page);
            if (outcome.damage() > 0) {
                Salvage.suspect(folder, "an inspection found " + outcome.damage()
                        + " damaged pages or rows of " + outcome.pages() + " pages");
            }
            return outcome.damage();
        } catch (SQLException failed) {
            throw Database.explain(file, "inspecting it", failed);
        } catch (IOException failed) {
            throw new StoreFailed(file + ": inspecting it failed: " + failed + "; see dmesg and smartctl", failed);
        }
    }

    /** After the connections. */
    @Override
    public void close() {
        FileChannel open = channel;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException ignored) {
            // It was only read.
        }
    }
}
