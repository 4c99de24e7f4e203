package suimon.connector.modbus;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import suimon.config.SourceSettings;
import suimon.connector.modbus.ModbusSettings.Order;
import suimon.connector.modbus.ModbusSettings.Parity;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.connector.modbus.ModbusSettings.UnitSettings;
import suimon.pipeline.SourceTool;

/**
 * {@code suimon discover modbus ENDPOINT}: finds the units that answer, asks who they are, reads what addresses
 * they have and writes a source for gateway.yaml, with a guess at types beside each. It reads only.
 */
public final class ModbusDiscoverTool implements SourceTool {
    private static final int UNIT_MAX = 247;
    private static final Pattern UNITS = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = 20_000_000;

    private final Duration within;
    private final long pauseNanos;

    /** For the command line. */
    public ModbusDiscoverTool() {
        this(ANSWER_WITHIN, PAUSE_NANOS);
    }

    ModbusDiscoverTool(Duration within, long pauseNanos) {
        this.within = within;
        this.pauseNanos = pauseNanos;
    }

    /** What the words ask for. */
    private record Wanted(URI endpoint, int firstUnit, int lastUnit, int end, int baud, Parity parity, int stopBits) {}

    @Override
    public String name() {
        return "discover";
    }

    @Override
    public String usage() {
        return """
                discover modbus HOST[:PORT] [--unit 1-10] [--to 127]
                                           write a source with what the units of a Modbus device answer; also
                                           rtu+tcp://HOST:PORT and serial:/dev/ttyUSB0 [--baud 9600] [--parity even]""";
    }

    @Override
    public boolean takes(List<String> arguments) {
        return !arguments.isEmpty() && arguments.getFirst().equals("modbus");
    }

    @Override
    public boolean needsSources() {
        return false;
    }

    @Override
    public int run(Map<SourceSettings, Path> folders, List<String> arguments, Consumer<String> say) {
        Wanted wanted;
        try {
            wanted = read(arguments);
        } catch (IllegalArgumentException wrong) {
            say.accept(String.valueOf(wrong.getMessage()));
            say.accept(usage());
            return 2;
        }
        try {
            return search(wanted, say);
        } catch (BusFailure failure) {
            say.accept(failure.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 1;
    }

    private static Wanted read(List<String> words) {
        if (words.size() < 2 || words.size() % 2 != 0) {
            throw new IllegalArgumentException("expected an address, then options with a value each");
        }
        String place = words.get(1);
        URI endpoint = URI.create(place.contains(":/") ? place : "tcp://" + place);
        int[] units = {1, 10};
        int end = 128;
        int baud = 9600;
        Parity parity = Parity.EVEN;
        for (int at = 2; at < words.size(); at += 2) {
            String value = words.get(at + 1);
            switch (words.get(at)) {
                case "--unit", "--units" -> units = units(value);
                case "--to" -> end = 1 + number("--to", value, 65_535);
                case "--baud" -> baud = number("--baud", value, 4_000_000);
                case "--parity" -> parity = Parity.valueOf(value.toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException("found " + words.get(at)
                        + ", expected --unit, --to, --baud or --parity");
            }
        }
        return new Wanted(endpoint, units[0], units[1], end, baud, parity, parity == Parity.NONE ? 2 : 1);
    }

    private static int[] units(String text) {
        Matcher matcher = UNITS.matcher(text);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (first <= last && last <= 255) {
                return new int[] {first, last};
            }
        }
        throw new IllegalArgumentException("--unit " + text + ", expected a unit such as 1, or some such as 1-" + UNIT_MAX);
    }

    private static int number(String option, String text, int most) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(option + " " + text + ", expected a number up to " + most);
        }
        return Integer.parseInt(text);
    }

    private int search(Wanted wanted, Consumer<String> say) throws BusFailure, InterruptedException {
        ModbusSettings settings = new ModbusSettings("found", wanted.endpoint(), wanted.baud(), wanted.parity(),
                wanted.stopBits(), within, 0, Duration.ZERO, 125, 8, List.of(new UnitSettings(1, ANSWER_WITHIN,
                        List.of(new RegisterSettings("any", Table.HOLDING, 0, Type.UINT16)))));
        List<String> lines = new ArrayList<>();
        try (Bus bus = Bus.open(settings, System::nanoTime)) {
            Survey survey = new Survey(bus, pauseNanos);
            for (int unit = wanted.firstUnit(); unit <= wanted.lastUnit(); unit++) {
                if (survey.answers(unit)) {
                    List<String> registers = new ArrayList<>();
                    for (Table table : Table.values()) {
                        registers.addAll(lines(unit, table, survey.contents(unit, table, wanted.end()), wanted.end()));
                    }
                    addUnit(lines, unit, registers);
                }
            }
        }
        if (lines.isEmpty()) {
            say.accept("# no unit from " + wanted.firstUnit() + " to " + wanted.lastUnit() + " answers at "
                    + wanted.endpoint() + "; try others with --unit, look at baud and parity on a serial line");
            return 1;
        }
        say.accept("sources:");
        say.accept("  - kind: modbus");
        say.accept("    name: found");
        say.accept("    endpoint: " + wanted.endpoint());
        if (settings.isSerial()) {
            say.accept("    baud: " + wanted.baud());
            say.accept("    parity: " + wanted.parity().name().toLowerCase(Locale.ROOT));
            say.accept("    stopBits: " + wanted.stopBits());
        }
        say.accept("    units:");
        lines.forEach(say);
        tellWho(wanted, settings, say);
        return 0;
    }

    private static void addUnit(List<String> lines, int unit, List<String> registers) {
        String mark = registers.stream().anyMatch(line -> !line.strip().startsWith("#")) ? "" : "# ";
        lines.add("      " + mark + "- unit: " + unit);
        lines.add("        " + mark + "every: 1s");
        lines.add("        " + mark + "registers:");
        lines.addAll(registers.isEmpty() ? List.of("        # it answers, but has none of the addresses looked at")
                : registers);
    }

    /** After the search, since many devices take one connection at a time. */
    private void tellWho(Wanted wanted, ModbusSettings settings, Consumer<String> say) {
        for (int unit = wanted.firstUnit(); settings.isTcp() && unit <= wanted.lastUnit(); unit++) {
            List<String> who = Identification.of(wanted.endpoint().getHost(), settings.port(), unit, within);
            if (!who.isEmpty()) {
                say.accept("# unit " + unit + " says that it is: " + String.join(", ", who));
            }
        }
    }

    private static List<String> lines(int unit, Table table, Map<Integer, Integer> contents, int end) {
        List<String> lines = new ArrayList<>();
        List<Integer> zeros = new ArrayList<>();
        int next = 0;
        for (Map.Entry<Integer, Integer> each : contents.entrySet()) {
            int address = each.getKey();
            if (address < next) {
                continue;
            }
            int value = each.getValue();
            Integer low = contents.get(address + 1);
            if (value == 0 && (table.hasBits() || low == null || !isFloat(low, 0)
                    || address % 2 == 1 && contents.getOrDefault(address + 2, 1) == 0)) {
                // Zeros far out are mostly what devices answer where they have nothing.
                if (address < end) {
                    zeros.add(address);
                }
                continue;
            }
            Guess guess = table.hasBits() ? new Guess("", Order.ABCD, 1, String.valueOf(value)) : Guess.of(value, low);
            lines.add("          - {series: u" + unit + "/" + table.name().toLowerCase(Locale.ROOT) + "/" + address
                    + ", table: " + table.name().toLowerCase(Locale.ROOT) + ", address: " + address + guess.words()
                    + "}  # " + guess.reads());
            next = address + guess.registers();
        }
        if (!zeros.isEmpty()) {
            lines.add("          # " + table.name().toLowerCase(Locale.ROOT) + " that read 0 just now: " + spans(zeros));
        }
        return lines;
    }

    /** A type that fits what is read just now; a person has to look into the manual. */
    private record Guess(String type, Order order, int registers, String reads) {
        String words() {
            return (type.isEmpty() ? "" : ", type: " + type)
                    + (order == Order.ABCD ? "" : ", order: " + order.name().toLowerCase(Locale.ROOT));
        }

        static Guess of(int high, @org.jspecify.annotations.Nullable Integer low) {
            if (low != null && isFloat(high, low)) {
                return new Guess("float32", Order.ABCD, 2, "reads " + floating(high, low) + "; or two of uint16: "
                        + high + ", " + low);
            }
            if (low != null && isFloat(low, high)) {
                return new Guess("float32", Order.CDAB, 2, "reads " + floating(low, high) + "; or two of uint16: "
                        + high + ", " + low);
            }
            boolean isNegative = high >= 0xf000;
            return new Guess(isNegative ? "int16" : "uint16", Order.ABCD, 1,
                    "reads " + (isNegative ? (short) high + "; as uint16 " + high : String.valueOf(high)));
        }
    }

    private static float floating(int high, int low) {
        return Float.intBitsToFloat(high << 16 | low);
    }

    /** Whether two registers make a number that somebody could have measured, and neither is a small count. */
    private static boolean isFloat(int high, int low) {
        float value = Math.abs(floating(high, low));
        return high >= 0x3000 && value >= 1e-3f && value <= 1e7f && (low == 0 || low > 0xff);
    }

    private static String spans(List<Integer> sorted) {
        StringBuilder text = new StringBuilder();
        int from = sorted.getFirst();
        for (int index = 1; index <= sorted.size(); index++) {
            int before = sorted.get(index - 1);
            if (index == sorted.size() || sorted.get(index) != before + 1) {
                text.append(text.isEmpty() ? "" : ", ").append(from == before ? "" + from : from + " to " + before);
                from = index == sorted.size() ? 0 : sorted.get(index);
            }
        }
        return text.toString();
    }
}
