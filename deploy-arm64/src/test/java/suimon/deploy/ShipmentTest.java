package suimon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the class path that really ships. */
class ShipmentTest {
    private static final Path CLASS_PATH = Path.of("target/class-path.txt");
    /** Only micronaut-router's builder for Groovy names a type of it, an annotation. */
    private static final Set<String> LEFT_OUT = Set.of("java.desktop");
    private static final Pattern MODULE = Pattern.compile("-> ((?:java|jdk)\\.[a-z.]+)");

    @TempDir
    static Path target;

    static List<String> refusals = List.of();

    @BeforeAll
    static void lay() throws IOException {
        refusals = Shipment.lay(Shipment.classPath(CLASS_PATH), target, target.resolve("doc"), Natives.AARCH64);
    }

    @Test
    void everyLibraryThatShipsHasAPermissiveLicence() throws IOException {
        assertThat(refusals).isEmpty();
        assertThat(Files.readString(target.resolve("doc/THIRD-PARTY")))
                .contains("logback-classic", "Eclipse Public License")
                .contains("sqlite-jdbc", "onnxruntime", "netty-common");
    }

    @Test
    void nativesLieBesideTheJarsAndAreAllForTheBox() throws IOException {
        try (Stream<Path> natives = Files.list(target.resolve("native"))) {
            List<Path> found = natives.sorted().toList();
            assertThat(found).extracting(file -> file.getFileName().toString())
                    .contains("libonnxruntime.so", "libonnxruntime4j_jni.so", "libsqlitejdbc.so")
                    .anyMatch(name -> name.startsWith("libzstd-jni"));
            for (Path file : found) {
                assertThat(Natives.isAarch64(Files.readAllBytes(file))).as(file.toString()).isTrue();
            }
        }
        for (Path jar : jars()) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                assertThat(zip.stream().filter(entry -> Natives.isNative(entry.getName())))
                        .as(jar.toString()).isEmpty();
            }
        }
    }

    @Test
    void theClassPathNamesEveryJarOnceInItsOrder() throws IOException {
        List<String> names = Files.readAllLines(target.resolve("class-path"));

        assertThat(names).doesNotHaveDuplicates().hasSameSizeAs(jars());
        assertThat(names.getFirst()).startsWith("suimon-gateway-core");
    }

    /** Without them Micronaut finds no controller and every page is a 404. */
    @Test
    void ourJarsNameTheirFolders() throws IOException {
        String ours = Files.readAllLines(target.resolve("class-path")).getFirst();

        try (ZipFile zip = new ZipFile(target.resolve("lib").resolve(ours).toFile())) {
            assertThat(zip.getEntry("META-INF/micronaut/")).isNotNull();
            assertThat(zip.getEntry("suimon/web/")).isNotNull();
        }
    }

    @Test
    void theSameInputGivesTheSameBytes(@TempDir Path again) throws IOException {
        Shipment.lay(Shipment.classPath(CLASS_PATH), again, again.resolve("doc"), Natives.AARCH64);

        for (Path jar : jars()) {
            assertThat(again.resolve("lib").resolve(Natives.fileName(jar.toString()))).hasSameBinaryContentAs(jar);
        }
    }

    @Test
    void theRuntimeHasEveryModuleThatTheJarsUse() throws IOException {
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        Set<String> used = new TreeSet<>();
        for (Path jar : jars()) {
            StringWriter out = new StringWriter();
            jdeps.run(new PrintWriter(out), new PrintWriter(out),
                    "--ignore-missing-deps", "--multi-release", "25", "-summary", jar.toString());
            Matcher found = MODULE.matcher(out.toString());
            while (found.find()) {
                used.add(found.group(1));
            }
        }

        List<String> shipped = Files.readAllLines(Path.of("modules"));
        used.removeAll(LEFT_OUT);
        assertThat(used).as("what jdeps finds").hasSizeGreaterThan(5);
        assertThat(shipped).containsAll(used);
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
            return jars.sorted().toList();
        }
    }
}
