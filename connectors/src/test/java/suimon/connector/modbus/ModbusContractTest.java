package suimon.connector.modbus;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import suimon.connector.modbus.ModbusSettings.Parity;
import suimon.pipeline.FreePorts;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;

/** The contract of all sources, kept by the Modbus source against the library's server. */
class ModbusContractTest extends SourceContract {
    private @Nullable Device device;

    @Override
    protected Source open(SourceContext context) throws Exception {
        int port = FreePorts.next();
        device = Device.tcp(port);
        return new ModbusSource(new ModbusSettings("contract", URI.create("tcp://127.0.0.1:" + port), 9_600,
                Parity.EVEN, 1, Duration.ofSeconds(2), 2, Duration.ZERO, 125, 8,
                List.of(ModbusSite.unit(1, ModbusSite.uint16("v", 0)))), context);
    }

    @Override
    protected void ready(Source source) throws InterruptedException {
        await(() -> source.progress().healthy());
    }

    @Override
    protected void send(int values) throws InterruptedException {
        Device world = device;
        if (world != null) {
            IntStream.rangeClosed(1, values).forEach(world.series::add);
            await(world.series::isEmpty);
        }
    }

    @Override
    protected String lastOf(int values) {
        return "v " + values;
    }

    @AfterEach
    void stop() throws Exception {
        if (device != null) {
            device.close();
        }
    }
}
