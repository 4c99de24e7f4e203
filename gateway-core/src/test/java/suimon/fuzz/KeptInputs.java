package suimon.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The inputs a campaign has found worth keeping: one in hexadecimal digits a line of {@code /fuzz/NAME.hex}. */
final class KeptInputs {
    private static final int INPUTS_MAX = 80;
    private static final int INPUT_BYTES_MAX = 250;

    private KeptInputs() {}

    static List<byte[]> of(Subject subject) {
        try (InputStream file = KeptInputs.class.getResourceAsStream("/fuzz/" + subject.name() + ".hex")) {
            return file == null ? List.of() : new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .map(line -> HexFormat.of().parseHex(line)).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Writes the shortest inputs of a campaign's folder in that form. */
    static void write(Path folder, Path file) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            List<String> lines = found.map(KeptInputs::bytes)
                    .filter(bytes -> bytes.length <= INPUT_BYTES_MAX)
                    .sorted(Comparator.comparingInt((byte[] bytes) -> bytes.length)
                            .thenComparing(java.util.Arrays::compare))
                    .map(bytes -> HexFormat.of().formatHex(bytes))
                    .toList();
            // Evenly over all lengths, since the short ones are mostly refused at once.
            int each = Math.max(1, (lines.size() + INPUTS_MAX - 1) / INPUTS_MAX);
            Files.write(file, java.util.stream.IntStream.range(0, lines.size())
                    .filter(line -> line % each == 0).mapToObj(lines::get).toList());
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
