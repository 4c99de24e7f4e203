package suimon.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The notice of what others wrote: every shipped library with its licence, then the notice texts
 * that the libraries carry, each text once. Refuses a library without a permissive licence.
 */
final class ThirdParty {
    private static final Pattern TEXT =
            Pattern.compile("(META-INF/)?(NOTICE|LICEN[SC]E)(\\.(txt|md))?", Pattern.CASE_INSENSITIVE);

    private final List<String> lines = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final Map<String, List<String>> texts = new LinkedHashMap<>();

    /** Takes in one library; what it finds wrong is told by {@link #refusals()}. */
    void add(Path jar) throws IOException {
        String library = Natives.fileName(jar.toString()).replaceFirst("\\.jar$", "");
        List<Licence> licences = Licences.of(jar);
        List<Licence> chosen = licences.stream().filter(Licence::isPermissive).toList();
        if (chosen.isEmpty()) {
            refusals.add(library + ": found " + (licences.isEmpty() ? "no licence" : names(licences))
                    + ", expected a permissive one; leave the library out or have its licence read by a person");
            return;
        }
        String offered = licences.size() > chosen.size() ? " (chosen from: " + names(licences) + ")" : "";
        lines.add(library + "\n    " + names(chosen) + offered);
        collect(jar, library);
    }

    List<String> refusals() {
        return List.copyOf(refusals);
    }

    String notice() {
        StringBuilder notice = new StringBuilder("Libraries that are part of Suimon, with their licences\n\n");
        lines.stream().sorted().forEach(line -> notice.append(line).append('\n'));
        texts.forEach((text, libraries) -> notice.append("\n\n").append("-".repeat(80)).append('\n')
                .append("From ").append(String.join(", ", libraries)).append("\n\n").append(text).append('\n'));
        return notice.toString();
    }

    private void collect(Path jar, String library) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> found = file.stream()
                    .filter(entry -> TEXT.matcher(entry.getName()).matches()).toList();
            for (ZipEntry entry : found) {
                try (InputStream content = file.getInputStream(entry)) {
                    String text = new String(content.readAllBytes(), StandardCharsets.UTF_8).strip();
                    texts.computeIfAbsent(text, unseen -> new ArrayList<>())
                            .add(library + " " + Natives.fileName(entry.getName()).toLowerCase(Locale.ROOT));
                }
            }
        }
    }

    private static String names(List<Licence> licences) {
        return licences.stream()
                .map(one -> one.url().isEmpty() ? one.name() : one.name() + " <" + one.url() + ">")
                .collect(Collectors.joining("; "));
    }
}
