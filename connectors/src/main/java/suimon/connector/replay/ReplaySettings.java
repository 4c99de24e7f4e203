package suimon.connector.replay;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.SourceSettings;
import suimon.config.Within;

/** What {@code kind: replay} says. */
@Describe("Plays CSV files at a chosen speed; where it got to is kept over a restart")
public record ReplaySettings(
        @Describe("Unique; the source in the books") String name,
        @Describe("CSV files, plain or .gz, played one after the other") List<Path> files,
        @Describe("The column with the measured time: its name, or its number from 1") String time,
        @Describe("How the time is written") @Default("auto") TimeFormat timeFormat,
        @Describe("The zone of times that are written without offset; left out, they are refused")
                @Nullable ZoneId timeZone,
        @Describe("Column, by name or number from 1, to the series it becomes; an empty cell is no reading")
                Map<String, String> columns,
        @Describe("What stands between columns, one character; \\t is a tab") @Default(",") String separator,
        @Describe("How many seconds of the data pass in one second; 0 is as fast as possible")
                @Default("1") @Within(min = "0")
                double speed,
        @Describe("Move all times so that the first row is now, as a demonstration wants it")
                @Default("false")
                boolean fromNow)
        implements SourceSettings {
    public ReplaySettings {
        files = List.copyOf(files);
        columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        if (files.isEmpty()) {
            throw new IllegalArgumentException("files is empty; name at least one CSV file");
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("columns is empty; name at least one column and its series");
        }
        if (separator.length() != 1 && !separator.equals("\\t")) {
            throw new IllegalArgumentException("separator " + separator + ", expected one character or \\t");
        }
    }

    @Override
    public boolean isOfAnotherTime() {
        return true;
    }

    char separatorCharacter() {
        return separator.equals("\\t") ? '\t' : separator.charAt(0);
    }
}
