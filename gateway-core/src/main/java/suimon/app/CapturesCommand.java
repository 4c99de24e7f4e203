package suimon.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.dataset.CaptureManifest;
import suimon.pipeline.CaptureReader;
import suimon.store.CaptureBook;
import suimon.store.CaptureShelf;
import suimon.store.StoreFailed;
import suimon.store.StoredCapture;

/** Lists and exports the recordings and pictures of a data folder; whether the gateway runs or not. */
@Command(name = "captures", description = "List or export the recordings and pictures that were received.")
final class CapturesCommand implements Callable<Integer> {
    /** What to do. */
    enum Verb {
        list,
        export
    }

    @Parameters(paramLabel = "list|export", index = "0", description = "print one line of JSON for each, or copy them")
    private Verb verb = Verb.list;

    @Parameters(paramLabel = "FILE", index = "1", arity = "0..1", description = "gateway.yaml, or a data folder")
    private Path file = Path.of("gateway.yaml");

    @Option(names = "--sensor", description = "only those of this sensor")
    private @Nullable String sensor;

    @Option(names = "--into", description = "the folder to export to; manifest.jsonl in it names every file")
    private @Nullable Path into;

    @Override
    public Integer call() {
        try {
            Path folder = Files.isDirectory(file)
                    ? file : ConfigFile.gateway(file, new Installation().kinds()).data().folder();
            CaptureShelf shelf = CaptureShelf.read(folder);
            List<StoredCapture> rows = shelf.newest(Long.MAX_VALUE, CaptureShelf.CAPTURES_MAX,
                    row -> sensor == null || sensor.equals(row.sensor())).reversed();
            return switch (verb) {
                case list -> list(shelf, rows);
                case export -> export(shelf, rows);
            };
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (StoreFailed | IOException failed) {
            System.err.println("suimon captures: " + failed.getMessage());
            return Suimon.EXIT_FAILED;
        }
    }

    private static int list(CaptureShelf shelf, List<StoredCapture> rows) {
        rows.forEach(row -> System.out.println(CaptureManifest.line(row)));
        CaptureBook book = shelf.book();
        System.err.println(shelf.size() + " kept, " + shelf.bytes() + " bytes; arrived " + book.arrived()
                + ", repeated " + book.repeated() + ", removed " + book.removed() + ", lost " + book.lost());
        return book.balances(shelf.size()) ? 0 : 1;
    }

    private int export(CaptureShelf shelf, List<StoredCapture> rows) throws IOException {
        if (into == null) {
            System.err.println("suimon captures export: name a folder with --into");
            return Suimon.EXIT_USAGE;
        }
        Files.createDirectories(into);
        StringBuilder manifest = new StringBuilder();
        int bad = 0;
        for (StoredCapture row : rows) {
            if (copy(shelf, row, into)) {
                manifest.append(CaptureManifest.line(row)).append('\n');
            } else {
                bad++;
            }
        }
        Files.writeString(into.resolve("manifest.jsonl"), manifest, StandardCharsets.UTF_8);
        System.out.println(rows.size() - bad + " captures in " + into + ", named in manifest.jsonl");
        return bad == 0 ? 0 : 1;
    }

    private static boolean copy(CaptureShelf shelf, StoredCapture row, Path into) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(shelf.file(row));
        } catch (NoSuchFileException removed) {
            System.err.println("suimon captures: " + row.capture().sha256() + " was removed meanwhile or is lost");
            return false;
        }
        if (!(CaptureReader.read(bytes) instanceof CaptureReader.Outcome.Read read
                && read.capture().equals(row.capture()))) {
            System.err.println("suimon captures: " + shelf.file(row) + " is damaged; it is not exported");
            return false;
        }
        Files.write(into.resolve(CaptureManifest.fileName(row.capture())), bytes);
        return true;
    }
}
