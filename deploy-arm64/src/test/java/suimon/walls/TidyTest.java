package suimon.walls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the repository and complains about what would puzzle the next reader. */
class TidyTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final int FILE_LINES_MAX = 400;
    private static final long BLOB_BYTES_MAX = 1 << 20;
    private static final Pattern BANNED =
            Pattern.compile("\\b(?:class|record|interface|enum) (\\w*(?:Manager|Helper|Util|Utils|Impl|Processor))\\b");
    private static final Pattern TYPE_IN_DOCUMENT = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*(?:\\.[A-Z]\\w+)?)`");
    private static final Pattern CLOCKS =
            Pattern.compile("Instant\\.now\\(\\)|System\\.currentTimeMillis|Thread\\.sleep");
    /** Names in documents that are no types of ours: the JDK's, systemd's settings. */
    private static final Set<String> FOREIGN = Set.of("Clock", "Path", "String", "MemoryDenyWriteExecute",
            "WatchdogSec", "Restart", "Type");

    @Test
    void sourcesAreShortNamedWellAndFinished() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path file : sources("src/main/java")) {
            problems.addAll(problemsOf(HOME.relativize(file).toString(), Files.readString(file)));
        }

        assertThat(problems).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<Path> folders = new TreeSet<>();
        sources("src/main/java").forEach(file -> folders.add(file.getParent()));

        assertThat(folders).hasSizeGreaterThan(10)
                .allMatch(folder -> Files.exists(folder.resolve("package-info.java")));
    }

    @Test
    void everyTypeThatADocumentNamesExists() throws IOException {
        Set<String> types = new HashSet<>(FOREIGN);
        for (Path file : sources("src")) {
            types.add(file.getFileName().toString().replace(".java", ""));
            Matcher nested = Pattern.compile("\\b(?:record|class|interface|enum) ([A-Z]\\w+)")
                    .matcher(Files.readString(file));
            while (nested.find()) {
                types.add(nested.group(1));
            }
        }
        Set<String> unknown = new TreeSet<>();
        for (Path document : documents()) {
            Matcher named = TYPE_IN_DOCUMENT.matcher(Files.readString(document));
            while (named.find()) {
                String last = named.group(1).substring(named.group(1).lastIndexOf('.') + 1);
                if (!types.contains(last)) {
                    unknown.add(document.getFileName() + " names " + named.group(1));
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void noFileIsABlobOrNamesAMachine() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path file : tracked()) {
            if (Files.size(file) > BLOB_BYTES_MAX) {
                problems.add(HOME.relativize(file) + " has " + Files.size(file) + " bytes");
            }
        }

        assertThat(problems).isEmpty();
    }

    @Test
    void theChecksBite() {
        String wrong = "class BatchHelper {\n // FIXME\n long now = System.currentTimeMillis();\n}\n" + "\n".repeat(400);

        assertThat(problemsOf("gateway-core/src/main/java/suimon/store/BatchHelper.java", wrong)).hasSize(4);
    }

    private static List<String> problemsOf(String name, String text) {
        List<String> problems = new ArrayList<>();
        long lines = text.lines().count();
        if (lines > FILE_LINES_MAX) {
            problems.add(name + " has " + lines + " lines, at most " + FILE_LINES_MAX);
        }
        Matcher banned = BANNED.matcher(text);
        if (banned.find()) {
            problems.add(name + ": " + banned.group(1) + " says nothing; name the noun it is");
        }
        if (text.contains("FIXME") || text.contains("TODO")) {
            problems.add(name + " is not finished: FIXME or TODO");
        }
        boolean mayReadClocks = name.contains("/suimon/app/") || name.contains("/simulator/");
        Matcher clock = CLOCKS.matcher(text);
        if (!mayReadClocks && clock.find()) {
            problems.add(name + ": " + clock.group() + "; take a clock as a parameter");
        }
        return problems;
    }

    private static List<Path> sources(String below) throws IOException {
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/" + below + "/"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> found = new ArrayList<>(List.of(HOME.resolve("ARCHITECTURE.md"), HOME.resolve("CONTRIBUTING.md")));
        try (Stream<Path> decisions = Files.list(HOME.resolve("docs/decisions"))) {
            decisions.forEach(found::add);
        }
        return found;
    }

    private static List<Path> tracked() throws IOException {
        Set<String> left = Set.of(".git", "target", "node_modules", "var");
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> {
                        for (Path part : HOME.relativize(file)) {
                            if (left.contains(part.toString())) {
                                return false;
                            }
                        }
                        return true;
                    })
                    .toList();
        }
    }
}
