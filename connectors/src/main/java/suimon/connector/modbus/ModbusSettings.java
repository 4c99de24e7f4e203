package suimon.connector.modbus;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.SourceSettings;
import suimon.config.Within;

/** What {@code kind: modbus} says: one bus and the devices on it. */
@Describe("Modbus devices whose registers are read again and again")
public record ModbusSettings(
        @Describe("Unique; appears in logs and the books") String name,
        @Describe("tcp://host:502 for Modbus TCP, rtu+tcp://host:4001 for RTU through a serial server,"
                + " serial:/dev/ttyUSB0 for RTU on a line of this box")
                URI endpoint,
        @Describe("Bits per second of a serial line") @Default("9600")
                @Within(min = "300", max = "4000000")
                int baud,
        @Describe("Parity of a serial line") @Default("even") Parity parity,
        @Describe("Stop bits of a serial line; usually 2 where parity is none") @Default("1")
                @Within(min = "1", max = "2")
                int stopBits,
        @Describe("How long one answer may take") @Default("1s") @Within(min = "20ms", max = "1min")
                Duration timeout,
        @Describe("How often a request without an answer is repeated before the unit counts as silent")
                @Default("2") @Within(min = "0", max = "10")
                int retries,
        @Describe("How long the line rests after an answer; at least 3.5 characters on a serial line")
                @Default("0s") @Within(max = "10s")
                Duration rest,
        @Describe("The most registers asked for at once; some devices take fewer than the 125 of the standard")
                @Default("125") @Within(min = "4", max = "125")
                int registersMax,
        @Describe("Registers between two wanted ones that are read along to save a request")
                @Default("8") @Within(min = "0", max = "100")
                int gap,
        @Describe("The devices of the bus") List<UnitSettings> units)
        implements SourceSettings {
    static final int DEFAULT_PORT = 502;
    private static final Set<String> SCHEMES = Set.of("tcp", "rtu+tcp", "serial");

    public ModbusSettings {
        units = List.copyOf(units);
        check(endpoint);
        if (units.isEmpty()) {
            throw new IllegalArgumentException("at least one entry in units");
        }
        Set<Integer> numbers = new HashSet<>();
        Set<String> series = new HashSet<>();
        for (UnitSettings unit : units) {
            if (!numbers.add(unit.unit())) {
                throw new IllegalArgumentException("each unit once, not twice " + unit.unit()
                        + "; put all its registers into one entry");
            }
            for (RegisterSettings register : unit.registers()) {
                if (!series.add(register.series())) {
                    throw new IllegalArgumentException("each series once, not twice " + register.series());
                }
                if (register.words() > registersMax) {
                    throw new IllegalArgumentException(register.series() + " takes " + register.words()
                            + " registers, expected at most registersMax, which is " + registersMax);
                }
            }
        }
    }

    private static void check(URI endpoint) {
        String scheme = String.valueOf(endpoint.getScheme());
        boolean isSerial = scheme.equals("serial");
        boolean isGood = isSerial
                ? endpoint.getPath() != null && endpoint.getPath().startsWith("/")
                : SCHEMES.contains(scheme) && endpoint.getHost() != null;
        if (!isGood) {
            throw new IllegalArgumentException("endpoint like tcp://192.168.1.30:502,"
                    + " rtu+tcp://192.168.1.30:4001 or serial:/dev/ttyUSB0, not " + endpoint);
        }
        if (!isSerial && scheme.equals("rtu+tcp") && endpoint.getPort() < 0) {
            throw new IllegalArgumentException("endpoint " + endpoint
                    + " has no port; RTU over TCP has no usual one, see the serial server's page");
        }
    }

    boolean isSerial() {
        return "serial".equals(endpoint.getScheme());
    }

    boolean isTcp() {
        return "tcp".equals(endpoint.getScheme());
    }

    int port() {
        return endpoint.getPort() < 0 ? DEFAULT_PORT : endpoint.getPort();
    }

    /** Parity of a serial line. */
    public enum Parity {
        NONE,
        EVEN,
        ODD
    }

    /** One device. */
    public record UnitSettings(
            @Describe("The unit id, also called slave address; 255 or 1 for a device of its own on TCP")
                    @Within(min = "0", max = "255")
                    int unit,
            @Describe("How often its registers are read") @Default("1s") @Within(min = "10ms", max = "1d")
                    Duration every,
            @Describe("What is read") List<RegisterSettings> registers) {
        public UnitSettings {
            registers = List.copyOf(registers);
            if (registers.isEmpty()) {
                throw new IllegalArgumentException("at least one entry in registers of unit " + unit);
            }
        }
    }

    /** The four tables of a device (Modbus Application Protocol 1.1b3, 4.3). */
    public enum Table {
        COIL,
        DISCRETE,
        INPUT,
        HOLDING;

        boolean hasBits() {
            return this == COIL || this == DISCRETE;
        }
    }

    /** What the registers hold. */
    public enum Type {
        BIT(1),
        INT16(1),
        UINT16(1),
        INT32(2),
        UINT32(2),
        FLOAT32(2),
        INT64(4),
        UINT64(4),
        FLOAT64(4),
        STRING(0);

        final int words;

        Type(int words) {
            this.words = words;
        }
    }

    /** Where the most significant byte A of a number in two registers comes; longer ones alike. */
    public enum Order {
        ABCD,
        CDAB,
        BADC,
        DCBA;

        boolean swapsBytes() {
            return this == BADC || this == DCBA;
        }

        boolean swapsWords() {
            return this == CDAB || this == DCBA;
        }
    }

    /** One value. */
    public record RegisterSettings(
            @Describe("The series it fills") String series,
            @Describe("The table: coil, discrete, input or holding") @Default("holding") Table table,
            @Describe("The address as sent, from 0: what manuals call 40001 is holding 0, 30001 input 0")
                    @Within(min = "0", max = "65535")
                    int address,
            @Describe("What it holds; left out: a bit in coils and discrete inputs, else uint16")
                    @Nullable Type type,
            @Describe("Which bit of the register, 0 the least; for type bit") @Nullable Integer bit,
            @Describe("How many registers a string takes") @Nullable Integer length,
            @Describe("The order of bytes: abcd, cdab (words swapped), badc (bytes swapped), dcba")
                    @Default("abcd")
                    Order order,
            @Describe("Multiplies the number") @Default("1") double scale,
            @Describe("Is added after scaling") @Default("0") double offset,
            @Describe("Raw numbers by which the device says that it has no value, such as -32768")
                    List<Double> missing) {
        public RegisterSettings {
            missing = List.copyOf(missing);
            Type effective = type == null ? table.hasBits() ? Type.BIT : Type.UINT16 : type;
            if (table.hasBits() && (effective != Type.BIT || bit != null)) {
                throw new IllegalArgumentException(series + ": a coil or discrete input is one bit;"
                        + " leave type and bit out, or name table input or holding");
            }
            boolean isRegisterBit = effective == Type.BIT && !table.hasBits();
            if (isRegisterBit && (bit == null || bit < 0 || bit > 15) || !isRegisterBit && bit != null) {
                throw new IllegalArgumentException(series + ": bit from 0 to 15 goes with type bit of a register");
            }
            boolean isText = effective == Type.STRING;
            if (isText && (length == null || length < 1 || length > 125) || !isText && length != null) {
                throw new IllegalArgumentException(series + ": length from 1 to 125 goes with type string");
            }
            int words = isText && length != null ? length : effective.words;
            if (address + words > 65_536) {
                throw new IllegalArgumentException(series + " reaches beyond address 65535");
            }
            if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
                throw new IllegalArgumentException(series + ": scale and offset are finite, and scale is not 0");
            }
        }

        RegisterSettings(String series, Table table, int address, Type type) {
            this(series, table, address, type, null, null, Order.ABCD, 1, 0, List.of());
        }

        Type effectiveType() {
            return type == null ? table.hasBits() ? Type.BIT : Type.UINT16 : type;
        }

        /** How many registers, or bits in a table of bits, it takes. */
        int words() {
            return length == null ? effectiveType().words : length;
        }
    }
}
