package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.modbus.ModbusSite.settings;
import static suimon.connector.modbus.ModbusSite.uint16;
import static suimon.connector.modbus.ModbusSite.unit;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import suimon.connector.modbus.BrokenDevice.Manner;
import suimon.reading.Value;

/** Against a device that does it wrong. */
class ModbusFaultTest {
    private static final long SEED = 20_261_123;
    private static final Duration TIMEOUT = Duration.ofMillis(100);

    @TempDir Path folder;
    private ModbusSite site;
    private BrokenDevice device;

    @BeforeEach
    void open() throws Exception {
        site = new ModbusSite(folder);
        device = new BrokenDevice(SEED);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        device.close();
    }

    private String endpoint() {
        return "tcp://127.0.0.1:" + device.port();
    }

    @Test
    void aDeadUnitDoesNotStarveTheOthersOfItsBus() throws Exception {
        device.silentUnits.add(2);
        ModbusSource source = site.start(settings(endpoint(), TIMEOUT,
                unit(1, uint16("one", 0)), unit(2, uint16("two", 0)), unit(3, uint16("three", 0))));
        site.await("the verdict", () -> source.progress().state().contains("unit 2"));
        int one = site.count("one");
        int three = site.count("three");
        long begin = System.nanoTime();

        site.await("a hundred rounds", () -> site.count("one") > one + 100 && site.count("three") > three + 100);

        // A hundred rounds of 20 ms; with a time-out of 100 ms and a repeat in each it would be 20 s and more.
        assertThat((System.nanoTime() - begin) / 1e9).isLessThan(15);
        assertThat(site.count("two")).isZero();
        assertThat(source.progress().healthy()).isFalse();

        device.silentUnits.clear();
        site.await("the dead one", () -> site.count("two") > 2);
        site.await("health", () -> source.progress().healthy());
    }

    @Test
    void aConnectionThatStandsAndBringsNothingIsGivenUp() throws Exception {
        site.start(settings(endpoint(), TIMEOUT, unit(1, uint16("a", 0)), unit(2, uint16("b", 0))));
        site.await("values", () -> site.count("a") > 2 && site.count("b") > 2);

        device.halfOpenUpTo = device.connections.get();
        int a = site.count("a");
        int b = site.count("b");

        site.await("values again", () -> site.count("a") > a + 2 && site.count("b") > b + 2);
        assertThat(site.gaps()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Manner.class, names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
    void answersThatAreNoneBecomeNoValuesAndItGoesOnAfterwards(Manner manner) throws Exception {
        device.manner = manner;
        ModbusSource source = site.start(settings(endpoint(), TIMEOUT, unit(1, uint16("a", 0), uint16("b", 3))));
        site.await("the trouble, seed " + SEED, () -> source.progress().state().contains("unit 1"));
        assertThat(source.progress().healthy()).isFalse();
        assertThat(site.count("a")).isZero();

        device.manner = Manner.GOOD;

        assertThat(site.value("a")).isEqualTo(new Value.Int64(7));
        site.await("health", () -> source.progress().healthy());
    }
}
