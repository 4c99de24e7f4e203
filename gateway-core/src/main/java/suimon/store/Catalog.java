package suimon.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where each table and index of a log begins. SQLite keeps that on the first page; a copy is kept
 * beside the file, so that a damaged first page costs nothing.
 *
 * @param version of the schema
 * @param pageBytes the file's page size
 * @param trees by the name of the table or index
 */
record Catalog(int version, int pageBytes, Map<String, TreeWalk.Tree> trees) {
    /** The copy's name. */
    static final String FILE = Database.FILE + ".catalog";

    private static final String HEAD = "suimon catalog 1 ";
    private static final int MAGIC_BYTES = 16;
    private static final String MAGIC = "SQLite format 3\0";
    private static final int COLUMNS = 5;

    Catalog {
        trees = Map.copyOf(trees);
    }

    /** As SQLite has it. */
    static Catalog of(Connection connection) throws SQLException {
        Map<String, TreeWalk.Tree> trees = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            int version = (int) Database.single(statement, "PRAGMA user_version");
            try (ResultSet rows = statement.executeQuery(
                    "SELECT name, rootpage, type, sql FROM sqlite_schema WHERE rootpage > 0")) {
                while (rows.next()) {
                    trees.put(rows.getString(1), tree(
                            rows.getInt(2), rows.getString(3), String.valueOf(rows.getString(4))));
                }
            }
            return new Catalog(version, (int) Database.single(statement, "PRAGMA page_size"), trees);
        }
    }

    /** What a new file of that version has. */
    static Catalog ofVersion(int version) throws SQLException {
        try (Connection blank = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Schema.createAs(blank, version);
            return of(blank);
        }
    }

    /** From the first page when that is whole, else from the copy, else as a new file would be. */
    static Catalog find(PageFile file, Path folder) throws IOException, SQLException {
        Catalog copy = read(folder);
        Catalog own = readOwn(file);
        if (own != null && (copy == null || own.version >= copy.version)
                && own.trees.keySet().equals(ofVersion(own.version).trees.keySet())) {
            return own;
        }
        return copy != null ? copy : ofVersion(Schema.version());
    }

    private static @Nullable Catalog readOwn(PageFile file) throws IOException {
        byte[] page = file.page(1);
        int version = page == null ? 0 : Bytes.intAt(page, 60);
        if (version < 1 || version > Schema.version()) {
            return null;
        }
        Map<String, TreeWalk.Tree> trees = new TreeMap<>();
        new TreeWalk(file, done -> {}).walk(TreeWalk.SCHEMA, cell -> {
            if (cell.values().size() == COLUMNS && cell.values().get(1) instanceof String name
                    && cell.values().get(0) instanceof String type
                    && cell.values().get(3) instanceof Long root && root > 0) {
                trees.put(name, tree(root.intValue(), type, String.valueOf(cell.values().get(4))));
            }
        });
        return new Catalog(version, file.pageBytes(), trees);
    }

    private static TreeWalk.Tree tree(int root, String type, String sql) {
        boolean hasRowid = !sql.toUpperCase(Locale.ROOT).contains("WITHOUT ROWID");
        return new TreeWalk.Tree(root, type.equals("table") && hasRowid);
    }

    /** Keeps the copy up to date; writes nothing when it is. */
    void keep(Path folder) throws IOException {
        if (equals(read(folder))) {
            return;
        }
        StringBuilder text = new StringBuilder(HEAD).append(version).append(' ').append(pageBytes).append('\n');
        new TreeMap<>(trees).forEach((name, tree) -> text.append(tree.root()).append(' ')
                .append(tree.isTable() ? "table " : "index ").append(name).append('\n'));
        Path part = folder.resolve(FILE + ".part");
        Files.writeString(part, text + Durable.hash(text.toString().getBytes(StandardCharsets.UTF_8)) + "\n");
        Durable.sync(part);
        Durable.rename(part, folder.resolve(FILE));
    }

    /** Null when there is none or it is damaged. */
    static @Nullable Catalog read(Path folder) {
        try {
            String text = Files.readString(folder.resolve(FILE));
            int end = text.lastIndexOf('\n', text.length() - 2) + 1;
            String body = text.substring(0, end);
            if (!body.startsWith(HEAD) || !text.substring(end).strip().equals(
                    Durable.hash(body.getBytes(StandardCharsets.UTF_8)))) {
                return null;
            }
            Map<String, TreeWalk.Tree> trees = new TreeMap<>();
            body.lines().skip(1).forEach(line -> {
                String[] words = line.split(" ", 3);
                trees.put(words[2], new TreeWalk.Tree(
                        Integer.parseInt(words[0]), words[1].equals("table")));
            });
            String[] head = body.lines().findFirst().orElse("").substring(HEAD.length()).split(" ", 2);
            return new Catalog(Integer.parseInt(head[0]), Integer.parseInt(head[1]), trees);
        } catch (IOException none) {
            return null;
        }
    }

    /** What is wrong with the head of a file that the copy belongs to; null when nothing is. */
    @Nullable String wrongHead(byte @Nullable [] page) {
        if (page == null) {
            return "its first page is missing";
        }
        String magic = new String(page, 0, MAGIC_BYTES, StandardCharsets.ISO_8859_1);
        int found = Bytes.intAt(page, 60);
        boolean isNewer = found > Schema.version() && version > Schema.version();
        if (!magic.equals(MAGIC) || Bytes.shortAt(page, 16) != pageBytes) {
            return "its head is not that of a database";
        }
        if (!Schema.isOurs(Bytes.intAt(page, 68)) || found < version || found > Schema.version() && !isNewer) {
            return "its head says schema " + found + ", it was " + version;
        }
        return null;
    }
}
