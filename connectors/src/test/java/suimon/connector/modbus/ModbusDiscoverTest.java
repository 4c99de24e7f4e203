package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.ConfigFile;
import suimon.config.GatewayConfig;
import suimon.config.Kinds;
import suimon.config.SourceSettings;
import suimon.connector.modbus.ModbusSettings.Order;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.pipeline.FreePorts;

/** What is found is a source that the gateway takes as it stands. */
class ModbusDiscoverTest {
    private static final String PYTHON = "/usr/bin/python3";
    private static final String SERVER = """
            import sys
            from pymodbus.datastore import ModbusSequentialDataBlock as Block
            from pymodbus.datastore import ModbusSlaveContext, ModbusServerContext
            from pymodbus.device import ModbusDeviceIdentification
            from pymodbus.server import StartTcpServer
            unit = ModbusSlaveContext(
                di=Block(0, [1] * 8), co=Block(0, [0, 1]), ir=Block(0, [0x42f6, 0xe979]), hr=Block(0, [7] * 20),
                zero_mode=True)
            StartTcpServer(context=ModbusServerContext(slaves={3: unit}, single=False),
                           identity=ModbusDeviceIdentification(info_name={
                               "VendorName": "Minato Keiki", "ProductCode": "FM-3", "MajorMinorRevision": "2.1"}),
                           address=("127.0.0.1", int(sys.argv[1])))
            """;

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void whatADeviceHasBecomesASourceWithAGuessAtItsTypes() throws Exception {
        int port = FreePorts.next();
        Device device = Device.tcp(port);
        device.holding[2] = 0x4148;
        device.holding[6] = 0;
        device.holding[7] = 0x4148;
        device.holding[10] = 0xffdc;
        device.holding[12] = 750;
        device.holding[1000] = 5;
        device.absent.add(5);
        device.absent.add(33);
        device.coils.set(3);
        try {
            int status = discover("modbus", "127.0.0.1:" + port, "--unit", "1-2", "--to", "39");

            assertThat(status).as("%s", said).isZero();
        } finally {
            device.close();
        }
        assertThat(said).contains(
                "          - {series: u1/holding/2, table: holding, address: 2, type: float32}"
                        + "  # reads 12.5; or two of uint16: 16712, 0",
                "          - {series: u1/holding/12, table: holding, address: 12, type: uint16}  # reads 750",
                "          # holding that read 0 just now: 0 to 1, 4, 8 to 9, 11, 13 to 32, 34 to 39");
        Map<String, RegisterSettings> found = new TreeMap<>();
        source().units().forEach(unit -> unit.registers().forEach(each -> found.put(each.series(), each)));
        assertThat(found).containsOnlyKeys("u1/coil/3", "u1/holding/2", "u1/holding/6", "u1/holding/10", "u1/holding/12",
                "u1/holding/1000", "u2/coil/3", "u2/holding/2", "u2/holding/6", "u2/holding/10", "u2/holding/12",
                "u2/holding/1000");
        assertThat(found.get("u2/holding/6")).extracting(RegisterSettings::type, RegisterSettings::order)
                .containsExactly(Type.FLOAT32, Order.CDAB);
        assertThat(found.get("u1/holding/10")).extracting(RegisterSettings::type).isEqualTo(Type.INT16);
        assertThat(device.requests).as("gently").hasSizeLessThan(2 * 80).allMatch(count -> count <= 16);
    }

    @Test
    void aDeviceThatSaysWhoItIsIsNamedAndUnitsThatAreNotThereAreLeftOut() throws Exception {
        assumeTrue(isPymodbusThere(), "pymodbus 3 is not installed: apt-get install python3-pymodbus");
        int port = FreePorts.next();
        Path script = Files.writeString(folder.resolve("server.py"), SERVER);
        Process server = new ProcessBuilder(PYTHON, script.toString(), Integer.toString(port))
                .redirectErrorStream(true).redirectOutput(folder.resolve("server.log").toFile()).start();
        try {
            awaitOpen(port, server);

            int status = discover("modbus", "tcp://127.0.0.1:" + port, "--unit", "2-3", "--to", "31");

            assertThat(status).as("%s", said).isZero();
        } finally {
            server.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        assertThat(said).contains("# unit 3 says that it is: Minato Keiki, FM-3, 2.1");
        assertThat(source().units()).extracting(ModbusSettings.UnitSettings::unit).containsExactly(3);
        assertThat(source().units().getFirst().registers()).extracting(RegisterSettings::series)
                .contains("u3/input/0", "u3/coil/1", "u3/discrete/7", "u3/holding/19").doesNotContain("u3/holding/20");
    }

    @Test
    void whereNobodyAnswersThatIsSaid() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(discover("modbus", "127.0.0.1:" + silent.getLocalPort(), "--unit", "1")).isEqualTo(1);
        }

        assertThat(said).singleElement().asString().startsWith("# no unit from 1 to 1 answers at");
        assertThat(discover("modbus", "127.0.0.1:1", "--unit", "9-1")).isEqualTo(2);
        assertThat(discover("modbus", "127.0.0.1", "--depth", "9")).isEqualTo(2);
        assertThat(discover("modbus")).isEqualTo(2);
        assertThat(discover("modbus", "127.0.0.1:" + FreePorts.next())).isEqualTo(1);
        assertThat(said.getLast()).contains("no connection to");
    }

    @Test
    void anAnswerOfAnyShapeIsReadAsFarAsItGoes() {
        byte[] whole = HexFormat.of().parseHex("032b0e010100000200024142010143");

        assertThat(Identification.objects(whole)).containsExactly("AB", "C");
        for (int length = 0; length < whole.length; length++) {
            assertThat(Identification.objects(java.util.Arrays.copyOf(whole, length))).hasSizeLessThan(3);
        }
    }

    private int discover(String... words) {
        return new ModbusDiscoverTool(Duration.ofMillis(500), 0).run(Map.of(), List.of(words), said::add);
    }

    private ModbusSettings source() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), "site: {id: a, title: a}\n"
                + "data: {folder: data}\nweb: {}\n" + String.join("\n", said) + "\n");
        GatewayConfig config = ConfigFile.gateway(file, new Kinds(
                Map.of(SourceSettings.class, new TreeMap<>(Map.of("modbus", ModbusSettings.class)))));
        return (ModbusSettings) config.sources().getFirst();
    }

    private static void awaitOpen(int port, Process server) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (java.net.Socket socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (java.io.IOException notYet) {
                assertThat(server.isAlive() && System.nanoTime() < end).as("pymodbus listens").isTrue();
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static boolean isPymodbusThere() throws Exception {
        if (!Files.isExecutable(Path.of(PYTHON))) {
            return false;
        }
        Process asked = new ProcessBuilder(PYTHON, "-c", "from pymodbus.datastore import ModbusSlaveContext;"
                + "from pymodbus.device import ModbusDeviceIdentification; from pymodbus.server import StartTcpServer")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return asked.waitFor(60, TimeUnit.SECONDS) && asked.exitValue() == 0;
    }
}
