package suimon.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.reading.Unit;

/** The scalar types of a configuration and how each is written. */
final class Scalars {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(ms|s|min|h|d)");
    private static final Set<Class<?>> RECORDS = Set.of(DataSize.class, Secret.class, Unit.class);

    private final Path folder;

    /** Relative paths are taken from the folder. */
    Scalars(Path folder) {
        this.folder = folder;
    }

    /** Records that are written as one scalar. */
    static boolean knows(Class<?> type) {
        return RECORDS.contains(type);
    }

    /** Whether the type is a place where {@code kind} chooses the record. */
    static boolean isPlace(Class<?> type) {
        return type.isInterface() && type.getPackage() == Scalars.class.getPackage();
    }

    /** Throws IllegalArgumentException where the text is not of the type. */
    Object parse(String text, Class<?> type) {
        if (type.isEnum()) {
            return constant(text, type);
        }
        try {
            return switch (type.getName()) {
                case "java.lang.String" -> text;
                case "int", "java.lang.Integer" -> Integer.parseInt(text);
                case "long", "java.lang.Long" -> Long.parseLong(text);
                case "double", "java.lang.Double" -> Double.parseDouble(text);
                case "boolean", "java.lang.Boolean" -> bool(text);
                case "java.time.Duration" -> duration(text);
                case "java.nio.file.Path" -> folder.resolve(text);
                case "java.net.URI" -> uri(text);
                case "java.time.ZoneId" -> ZoneId.of(text);
                case "java.time.LocalDate" -> LocalDate.parse(text);
                case "suimon.config.DataSize" -> DataSize.parse(text);
                case "suimon.config.Secret" -> new Secret(text);
                case "suimon.reading.Unit" -> new Unit(text);
                default -> throw new IllegalStateException("no way to write a " + type.getName());
            };
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + names(type);
        }
        return switch (type.getName()) {
            case "java.lang.String" -> "text";
            case "int", "java.lang.Integer", "long", "java.lang.Long" -> "a whole number";
            case "double", "java.lang.Double" -> "a number";
            case "boolean", "java.lang.Boolean" -> "true or false";
            case "java.time.Duration" -> "a duration such as 20ms, 10s, 15min, 6h or 30d";
            case "java.nio.file.Path" -> "a path";
            case "java.net.URI" -> "a URI such as mqtt://192.168.1.5:1883";
            case "java.time.LocalDate" -> "a day such as 2026-04-01";
            case "java.time.ZoneId" -> "a time zone such as Asia/Tokyo";
            case "suimon.config.DataSize" -> "a size such as 8GB, 256KiB or 340B";
            case "suimon.config.Secret" -> "file:/path or env:NAME, never the secret itself";
            case "suimon.reading.Unit" -> "a UCUM unit such as mg/L, Cel, m3/h, {NTU} or 1";
            case "suimon.reading.Words" -> "{ja: ..., en: ...}";
            default -> "keys with values";
        };
    }

    /** What to write instead, with the nearest name for enumerations. */
    String remedy(String text, Class<?> type, IllegalArgumentException refusal) {
        if (type.isEnum()) {
            return expected(type) + Names.nearest(text, names(type));
        }
        boolean hasOwnWords = type == Unit.class;
        return hasOwnWords ? String.valueOf(refusal.getMessage()) : expected(type);
    }

    /** Empty, or what would be inside the bounds. */
    String outside(Object value, @Nullable Within within) {
        if (within == null) {
            return "";
        }
        boolean isBelow = !within.min().isEmpty() && compare(value, within.min()) < 0;
        boolean isAbove = !within.max().isEmpty() && compare(value, within.max()) > 0;
        if (!isBelow && !isAbove) {
            return "";
        }
        String low = within.min().isEmpty() ? "" : "at least " + within.min();
        String high = within.max().isEmpty() ? "" : "at most " + within.max();
        return low.isEmpty() || high.isEmpty() ? low + high : low + " and " + high;
    }

    @SuppressWarnings("unchecked")
    private int compare(Object value, String bound) {
        Class<?> type = value.getClass();
        return ((Comparable<Object>) value).compareTo(parse(bound, type));
    }

    static List<String> names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(Scalars::name).toList();
    }

    /** {@code NOT_EVALUATED} is written {@code not-evaluated}. */
    static String name(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (name(constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no " + type.getSimpleName() + " " + text);
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static URI uri(String text) {
        URI uri = URI.create(text);
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException("no scheme");
        }
        return uri;
    }

    static Duration duration(String text) {
        Matcher match = DURATION.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("no duration");
        }
        double number = Double.parseDouble(match.group(1));
        double nanos = switch (match.group(2)) {
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "min" -> 60e9;
            case "h" -> 3600e9;
            default -> 86400e9;
        };
        return Duration.ofNanos(Math.round(number * nanos));
    }
}
