package suimon.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of bytes, written as {@code 8GB}, {@code 256KiB} or {@code 340B}. */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kKMGT]i?)?B");

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is never negative: " + bytes);
        }
    }

    /** Throws IllegalArgumentException with the expected form where the text has another. */
    public static DataSize parse(String text) {
        Matcher match = FORM.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("expected a size such as 8GB, 256KiB or 340B");
        }
        String prefix = match.group(2) == null ? "" : match.group(2);
        long base = prefix.endsWith("i") ? 1024 : 1000;
        int power = prefix.isEmpty() ? 0 : "KMGT".indexOf(Character.toUpperCase(prefix.charAt(0))) + 1;
        return new DataSize(Math.round(Double.parseDouble(match.group(1)) * Math.pow(base, power)));
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        long rest = bytes;
        while (unit < units.length - 1 && rest >= 1000 && rest % 1000 == 0) {
            rest /= 1000;
            unit++;
        }
        return rest + units[unit];
    }
}
