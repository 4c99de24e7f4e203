package suimon.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a backup holds, as lines of plain text that end with a checksum over all before. The lines
 * of files are those of {@code sha256sum}, so that a backup can be checked without Suimon.
 *
 * @param made when
 * @param suimon the version that made it
 * @param damaged entries that could not be read in the original either
 */
public record BackupManifest(
        Instant made, String suimon, long damaged, List<LogCopy> logs, List<FileCopy> files) {
    static final String FILE = "manifest.txt";

    private static final String HEAD = "suimon backup 1";
    private static final int BYTES_MAX = 16 << 20;
    private static final String SEAL = "sealed ";

    public BackupManifest {
        logs = List.copyOf(logs);
        files = List.copyOf(files);
    }

    /**
     * One log in the backup.
     *
     * @param path inside the backup
     * @param schema the version of its tables
     */
    public record LogCopy(String path, int schema, String epoch, long newest, long entries) {}

    /** One file in the backup, the logs among them. */
    public record FileCopy(String path, long bytes, String sha256) {}

    /** All bytes. */
    public long bytes() {
        return files.stream().mapToLong(FileCopy::bytes).sum();
    }

    void write(Path folder) throws IOException {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        text.append("made ").append(made).append('\n');
        text.append("suimon ").append(suimon).append('\n');
        text.append("damaged ").append(damaged).append('\n');
        for (LogCopy log : logs) {
            text.append("log ").append(log.schema).append(' ').append(log.epoch).append(' ').append(log.newest)
                    .append(' ').append(log.entries).append(' ').append(log.path).append('\n');
        }
        for (FileCopy file : files) {
            text.append("bytes ").append(file.bytes).append(' ').append(file.path).append('\n');
            text.append(file.sha256).append("  ").append(file.path).append('\n');
        }
        String seal = SEAL + Durable.hash(text.toString().getBytes(StandardCharsets.UTF_8)) + "\n";
        Path file = folder.resolve(FILE);
        Files.writeString(file, text + seal);
        Durable.sync(file);
    }

    /** @throws StoreFailed when there is none, or it is damaged or of another version */
    public static BackupManifest read(Path folder) throws StoreFailed {
        Path file = folder.resolve(FILE);
        try {
            if (Files.notExists(file)) {
                throw new StoreFailed(folder + " is no backup: it has no " + FILE
                        + "; name the folder that suimon backup printed");
            }
            if (Files.size(file) > BYTES_MAX) {
                throw new StoreFailed(file + " is too long for a manifest; take another backup");
            }
            String text = Files.readString(file);
            int seal = text.lastIndexOf(SEAL);
            if (seal < 0 || !text.substring(seal).strip().equals(
                    SEAL + Durable.hash(text.substring(0, seal).getBytes(StandardCharsets.UTF_8)))) {
                throw new StoreFailed(file + " is damaged or cut off; take another backup");
            }
            return parse(file, text.substring(0, seal).lines().toList());
        } catch (IOException unreadable) {
            throw new StoreFailed(file + " can't be read: " + unreadable + "; take another backup", unreadable);
        }
    }

    private static BackupManifest parse(Path file, List<String> lines) throws StoreFailed {
        if (lines.size() < 4 || !lines.getFirst().equals(HEAD)) {
            throw new StoreFailed(file + " begins with \"" + lines.getFirst() + "\", expected \"" + HEAD
                    + "\"; run the newer Suimon that wrote it");
        }
        List<LogCopy> logs = new ArrayList<>();
        List<FileCopy> files = new ArrayList<>();
        long bytes = 0;
        for (String line : lines.subList(4, lines.size())) {
            if (line.startsWith("log ")) {
                String[] words = line.split(" ", 6);
                logs.add(new LogCopy(words[5], Integer.parseInt(words[1]), words[2],
                        Long.parseLong(words[3]), Long.parseLong(words[4])));
            } else if (line.startsWith("bytes ")) {
                bytes = Long.parseLong(line.split(" ", 3)[1]);
            } else {
                String[] words = line.split(" {2}", 2);
                files.add(new FileCopy(words[1], bytes, words[0]));
            }
        }
        return new BackupManifest(Instant.parse(lines.get(1).substring("made ".length())),
                lines.get(2).substring("suimon ".length()),
                Long.parseLong(lines.get(3).substring("damaged ".length())), logs, files);
    }
}
