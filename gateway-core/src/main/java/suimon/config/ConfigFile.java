package suimon.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a configuration file into records, or says everything that is wrong with it. */
public final class ConfigFile {
    /** A larger file is no configuration. */
    public static final DataSize SIZE_MAX = new DataSize(4_000_000);

    private ConfigFile() {}

    /** Reads and checks {@code gateway.yaml}. */
    public static GatewayConfig gateway(Path file, Kinds kinds) throws ConfigRefused {
        return read(file, GatewayConfig.class, kinds, GatewayChecks::new);
    }

    /** Reads and checks {@code hub.yaml}. */
    public static HubConfig hub(Path file, Kinds kinds) throws ConfigRefused {
        return read(file, HubConfig.class, kinds, (problems, config) -> () -> {});
    }

    /**
     * Reads a YAML text that is no site configuration, such as a model package's description, with
     * the same care: all problems at once, unknown keys refused.
     *
     * @param file names the text in messages
     */
    public static <T extends Record> T description(String file, String text, Class<T> type)
            throws ConfigRefused {
        Problems problems = new Problems(file);
        Node root = compose(text, problems);
        @Nullable T bound =
                root == null ? null : new Binder(Kinds.none(), problems, Path.of("")).bind(root, type);
        if (bound == null || !problems.all().isEmpty()) {
            throw new ConfigRefused(problems.all());
        }
        return bound;
    }

    /** Problems that only the whole tree shows. */
    interface WholeChecks<T> {
        Runnable of(Problems problems, T config);
    }

    private static <T extends Record> T read(Path file, Class<T> type, Kinds kinds, WholeChecks<T> checks)
            throws ConfigRefused {
        String text = text(file);
        Problems problems = new Problems(file.toString());
        Node root = compose(text, problems);
        @Nullable T bound = null;
        if (root != null) {
            Path folder = file.toAbsolutePath().getParent();
            bound = new Binder(kinds, problems, folder == null ? Path.of("") : folder).bind(root, type);
        }
        if (bound != null) {
            checks.of(problems, bound).run();
        }
        if (bound == null || !problems.all().isEmpty()) {
            throw new ConfigRefused(problems.all());
        }
        return bound;
    }

    private static String text(Path file) throws ConfigRefused {
        try {
            if (Files.size(file) > SIZE_MAX.bytes()) {
                throw refused(file, Files.size(file) + " bytes", "at most " + SIZE_MAX);
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw refused(file, "no such file", "a YAML file; see gateway.yaml for a complete one");
        } catch (MalformedInputException e) {
            throw refused(file, "bytes that are not UTF-8", "a YAML file in UTF-8");
        } catch (IOException e) {
            throw refused(file, "unreadable: " + e.getMessage(), "a file this user may read");
        }
    }

    private static ConfigRefused refused(Path file, String found, String expected) {
        return new ConfigRefused(List.of(new ConfigProblem(file.toString(), 0, 0, "", found, expected)));
    }

    private static @Nullable Node compose(String text, Problems problems) {
        try {
            LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
            Optional<Node> root = BoundedParser.compose(settings, text);
            if (root.isEmpty()) {
                problems.add(null, "", "an empty file", "keys; see gateway.yaml for a complete file");
            }
            return root.orElse(null);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            problems.addAt(mark, "", "not YAML: " + oneLine(e.getProblem()), "YAML 1.2; mind the indentation");
        } catch (YamlEngineException e) {
            problems.add(null, "", "not YAML: " + oneLine(e.getMessage()), "one YAML document");
        }
        return null;
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "unknown" : text.lines().findFirst().orElse("").strip();
    }

    /** Collects problems with the place each was found at, and remembers where paths stand. */
    static final class Problems {
        private final String file;
        private final List<ConfigProblem> found = new ArrayList<>();
        private final java.util.Map<String, Mark> places = new java.util.HashMap<>();

        Problems(String file) {
            this.file = file;
        }

        List<ConfigProblem> all() {
            return found.stream()
                    .sorted(java.util.Comparator.comparingInt(ConfigProblem::line)
                            .thenComparingInt(ConfigProblem::column))
                    .toList();
        }

        void remember(String path, Node node) {
            node.getStartMark().ifPresent(mark -> places.put(path, mark));
        }

        void add(@Nullable Node node, String path, String what, String expected) {
            addAt(node == null ? null : node.getStartMark().orElse(null), path, what, expected);
        }

        /** For checks of the whole tree: the place is that of the nearest remembered path. */
        void addAtPath(String path, String what, String expected) {
            String near = path;
            while (!places.containsKey(near) && !near.isEmpty()) {
                int cut = Math.max(near.lastIndexOf('.'), near.lastIndexOf('['));
                near = cut < 0 ? "" : near.substring(0, cut);
            }
            addAt(places.get(near), path, what, expected);
        }

        void addAt(@Nullable Mark mark, String path, String what, String expected) {
            int line = mark == null ? 0 : mark.getLine() + 1;
            int column = mark == null ? 0 : mark.getColumn() + 1;
            found.add(new ConfigProblem(file, line, column, path, what, expected));
        }
    }
}
