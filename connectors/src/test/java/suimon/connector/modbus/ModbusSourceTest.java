package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.modbus.ModbusSite.scaled;
import static suimon.connector.modbus.ModbusSite.settings;
import static suimon.connector.modbus.ModbusSite.uint16;
import static suimon.connector.modbus.ModbusSite.unit;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.pipeline.Delivery;
import suimon.pipeline.FreePorts;
import suimon.reading.Value;

/** Against the library's own server on TCP. */
class ModbusSourceTest {
    @TempDir Path folder = Path.of("");
    private final int port = FreePorts.next();
    private ModbusSite site = new ModbusSite(folder);
    private @Nullable Device device;

    @BeforeEach
    void open() {
        site = new ModbusSite(folder);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        if (device != null) {
            device.close();
        }
    }

    private Device serve() throws Exception {
        Device fresh = Device.tcp(port);
        device = fresh;
        return fresh;
    }

    private String endpoint() {
        return "tcp://127.0.0.1:" + port;
    }

    @Test
    void numbersAreScaledAndCodesForNoValueAreMissing() throws Exception {
        Device world = serve();
        world.holding[10] = 0xff38;
        world.holding[11] = 0x8000;
        world.coils.set(3);
        site.start(settings(endpoint(), unit(1, scaled("temperature", 10, 0.1, 5), scaled("broken", 11, 0.1, 0, -32768.0),
                new RegisterSettings("pump", Table.COIL, 3, Type.BIT))));

        assertThat(site.value("temperature")).isEqualTo(new Value.Float64(-200 * 0.1 + 5));
        assertThat(site.value("pump")).isEqualTo(new Value.Bool(true));
        assertThat(site.value("broken")).isEqualTo(new Value.None());
        Delivery.Sample missing = site.last("broken");
        assertThat(missing == null ? 0 : missing.status()).isEqualTo(0x809B_0000);
    }

    @Test
    void neighboursAreReadInOneRequestAndFarOnesAreNot() throws Exception {
        Device world = serve();
        site.start(settings(endpoint(),
                unit(1, uint16("a", 0), uint16("b", 5), uint16("c", 12), uint16("far", 1000))));

        site.value("far");
        assertThat(List.copyOf(world.requests).subList(0, 2)).containsExactly(13, 1);
    }

    @Test
    void oneRegisterThatDoesNotExistStopsNoOther() throws Exception {
        Device world = serve();
        world.absent.add(2);
        ModbusSource source = site.start(settings(endpoint(),
                unit(1, uint16("a", 0), uint16("b", 1), uint16("bad", 2), uint16("c", 3), uint16("d", 4))));

        site.await("the others", () -> site.count("a") > 2 && site.count("b") > 2 && site.count("c") > 2
                && site.count("d") > 2);
        assertThat(site.count("bad")).isZero();
        site.await("the reason", () -> source.progress().state().contains("holding 2"));
        assertThat(source.progress().state()).contains("reading 4 of 5", "exception 2", "40001 of a manual is holding 0");
        assertThat(source.progress().healthy()).isFalse();
    }

    @Test
    void anAddressInTheGapThatDoesNotExistCostsNothing() throws Exception {
        Device world = serve();
        world.absent.add(1);
        ModbusSource source = site.start(settings(endpoint(), unit(1, uint16("a", 0), uint16("b", 2))));

        site.await("both", () -> site.count("a") > 2 && site.count("b") > 2);
        site.await("health", () -> source.progress().healthy());
    }

    @Test
    void whatWasMissedWhileTheServerWasAwayIsAGapWithBounds() throws Exception {
        serve();
        ModbusSource source = site.start(settings(endpoint(), unit(1, uint16("a", 0))));
        site.await("values", () -> site.count("a") > 2);

        close(device);
        device = null;
        site.await("the trouble", () -> !source.progress().healthy());
        int before = site.count("a");
        serve();
        site.await("values again", () -> site.count("a") > before + 2);

        assertThat(site.gaps()).hasSize(1).allSatisfy(gap -> {
            assertThat(gap.series()).isEqualTo("a");
            assertThat(gap.from()).isBefore(gap.to());
        });
        site.await("health", () -> source.progress().healthy());
    }

    @Test
    void aServerThatStartsLaterIsWaitedForAndTheStateSaysWhatToDo() throws Exception {
        ModbusSource source = site.start(settings(endpoint(), unit(1, uint16("a", 0))));
        site.await("the trouble", () -> source.progress().state().contains("check the device's power"));

        serve();

        site.value("a");
        assertThat(site.gaps()).isEmpty();
    }

    private static void close(@Nullable Device device) throws Exception {
        if (device != null) {
            device.close();
        }
    }
}
