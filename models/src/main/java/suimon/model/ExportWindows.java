package suimon.model;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import suimon.pipeline.Contract;
import suimon.pipeline.ModelRefused;

/**
 * Writes the training rows of a package for its trainer, made by the windowing of the running
 * gateway: {@code ExportWindows PACKAGES_FOLDER DATA_FOLDER OUT}. Test rows are never written.
 *
 * <p>Each row is little-endian: int64 issue time (s), then float32 values, mask (steps x channels
 * each), time (2), last, mean24, minimum24, after6, minimum12.
 */
public final class ExportWindows {
    private ExportWindows() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException, ModelRefused {
        PrintStream out = System.out;
        if (arguments.length != 3) {
            out.println("usage: ExportWindows PACKAGES_FOLDER DATA_FOLDER OUT");
            return;
        }
        Contract contract = OnnxFactory.describe("hypoxia", Path.of(arguments[0])).contract();
        NerrsStation station = new NerrsStation(Path.of(arguments[1], "apacpwq.csv.gz"));
        List<ForecastRow> rows = Split.training(station.rows(contract));
        write(rows, Path.of(arguments[2]));
        out.println(rows.size() + " training rows of " + contract.steps() + " steps and "
                + contract.inputs().size() + " channels");
    }

    private static void write(List<ForecastRow> rows, Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (ForecastRow row : rows) {
                ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * (2 * row.window().values().length + 7))
                        .order(ByteOrder.LITTLE_ENDIAN);
                bytes.putLong(row.seconds());
                for (float[] part : List.of(row.window().values(), row.window().mask(), row.window().time())) {
                    for (float number : part) {
                        bytes.putFloat(number);
                    }
                }
                for (double number : new double[] {
                    row.last(), row.mean24(), row.minimum24(), row.after6(), row.minimum12()
                }) {
                    bytes.putFloat((float) number);
                }
                channel.write(bytes.flip());
            }
        }
    }
}
