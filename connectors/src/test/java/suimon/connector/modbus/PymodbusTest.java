package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static suimon.connector.modbus.ModbusSite.settings;
import static suimon.connector.modbus.ModbusSite.uint16;
import static suimon.connector.modbus.ModbusSite.unit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.pipeline.FreePorts;
import suimon.reading.Value;

/** Against pymodbus: a server that is not built on the client's own library. */
class PymodbusTest {
    private static final String PYTHON = "/usr/bin/python3";
    private static final String SERVER = """
            import sys
            from pymodbus.datastore import ModbusSequentialDataBlock as Block
            from pymodbus.datastore import ModbusSlaveContext, ModbusServerContext
            from pymodbus.server import StartTcpServer
            from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer
            unit = ModbusSlaveContext(
                di=Block(0, [1, 0, 1] + [0] * 20), co=Block(0, [0, 1, 1] + [0] * 20),
                ir=Block(0, [0x42f6, 0xe979] + [5] * 98), hr=Block(0, list(range(100))), zero_mode=True)
            StartTcpServer(context=ModbusServerContext(slaves={1: unit}, single=False),
                           framer=ModbusRtuFramer if sys.argv[2] == "rtu+tcp" else ModbusSocketFramer,
                           address=("127.0.0.1", int(sys.argv[1])))
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "rtu+tcp"})
    void allFourTablesAreReadAndAnAddressBeyondTheEndStopsNoOther(String scheme) throws Exception {
        int port = FreePorts.next();
        assumeTrue(isThere(), "pymodbus 3 is not installed: apt-get install python3-pymodbus");
        Path script = Files.writeString(folder.resolve("server.py"), SERVER);
        Process server = new ProcessBuilder(PYTHON, script.toString(), Integer.toString(port), scheme)
                .redirectErrorStream(true).redirectOutput(folder.resolve("server.log").toFile()).start();
        try (ModbusSite site = new ModbusSite(folder)) {
            ModbusSource source = site.start(settings(scheme + "://127.0.0.1:" + port, unit(1,
                    new RegisterSettings("flow", Table.INPUT, 0, Type.FLOAT32),
                    uint16("ninety", 90), uint16("ninety-nine", 99), uint16("beyond", 105),
                    new RegisterSettings("coil", Table.COIL, 2, Type.BIT),
                    new RegisterSettings("discrete", Table.DISCRETE, 1, Type.BIT))));

            assertThat(site.value("flow")).isEqualTo(new Value.Float32(123.456f));
            assertThat(site.value("ninety")).isEqualTo(new Value.Int64(90));
            assertThat(site.value("ninety-nine")).isEqualTo(new Value.Int64(99));
            assertThat(site.value("coil")).isEqualTo(new Value.Bool(true));
            assertThat(site.value("discrete")).isEqualTo(new Value.Bool(false));
            site.await("the reason", () -> source.progress().state().contains("exception 2"));
            assertThat(site.count("beyond")).isZero();
        } finally {
            server.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static boolean isThere() throws Exception {
        if (!Files.isExecutable(Path.of(PYTHON))) {
            return false;
        }
        Process asked = new ProcessBuilder(PYTHON, "-c", "from pymodbus.datastore import ModbusSlaveContext;"
                + "from pymodbus.server import StartTcpServer")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return asked.waitFor(60, TimeUnit.SECONDS) && asked.exitValue() == 0;
    }
}
