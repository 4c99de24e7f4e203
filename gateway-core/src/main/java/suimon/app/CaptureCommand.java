package suimon.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import suimon.pipeline.CaptureReader;

/** Reads what a logger or camera wrote, before the device goes to the field. */
@Command(name = "capture-check",
        description = "Say what each recording or picture is (waveform block, WAV, PNG, JPEG); exit 1 when one is"
                + " not whole.")
final class CaptureCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "files as the device sends them")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        int exit = 0;
        for (Path file : files) {
            try {
                exit = Math.max(exit, check(file));
            } catch (IOException unreadable) {
                System.err.println("suimon capture-check: can't read " + file + ": " + unreadable.getMessage());
                exit = Suimon.EXIT_USAGE;
            }
        }
        return exit;
    }

    private static int check(Path file) throws IOException {
        byte[] bytes;
        try (var stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(CaptureReader.BYTES_MAX + 1);
        }
        return switch (CaptureReader.read(bytes)) {
            case CaptureReader.Outcome.Read read -> {
                System.out.println(file + ": " + read.capture());
                yield 0;
            }
            case CaptureReader.Outcome.Refused refused -> {
                System.out.println(file + ": refused: " + refused.reason());
                yield 1;
            }
        };
    }
}
