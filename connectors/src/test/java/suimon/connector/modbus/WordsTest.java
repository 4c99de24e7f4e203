package suimon.connector.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.connector.modbus.ModbusSettings.Order;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.reading.Value;

class WordsTest {
    private static Value of(Type type, Order order, String hex, @Nullable Integer bit, @Nullable Integer length) {
        RegisterSettings settings = new RegisterSettings(
                "s", Table.HOLDING, 100, type, bit, length, order, 1, 0, List.of());
        Block block = Block.of(List.of(new Point(settings, Long.MIN_VALUE)), 125, 8).getFirst();
        return Words.valueOf(settings, block, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @CsvSource({"ABCD,42f6e979", "CDAB,e97942f6", "BADC,f64279e9", "DCBA,79e9f642"})
    void aFloatReadsTheSameInEveryOrderOfItsBytes(Order order, String hex) {
        assertThat(of(Type.FLOAT32, order, hex, null, null)).isEqualTo(new Value.Float32(123.456f));
    }

    @ParameterizedTest
    @CsvSource({"ABCD,405edd2f1a9fbe77", "CDAB,be771a9fdd2f405e", "BADC,5e402fdd9f1a77be", "DCBA,77be9f1a2fdd5e40"})
    void aDoubleReadsTheSameInEveryOrderOfItsBytes(Order order, String hex) {
        assertThat(of(Type.FLOAT64, order, hex, null, null)).isEqualTo(new Value.Float64(123.456));
    }

    @Test
    void integersKeepTheirSignAndTheirWidth() {
        assertThat(of(Type.INT16, Order.ABCD, "fffe", null, null)).isEqualTo(new Value.Int64(-2));
        assertThat(of(Type.UINT16, Order.ABCD, "fffe", null, null)).isEqualTo(new Value.Int64(65_534));
        assertThat(of(Type.INT32, Order.CDAB, "fffeffff", null, null)).isEqualTo(new Value.Int64(-2));
        assertThat(of(Type.UINT32, Order.ABCD, "fffffffe", null, null)).isEqualTo(new Value.Int64(4_294_967_294L));
        assertThat(of(Type.INT64, Order.ABCD, "fffffffffffffffe", null, null)).isEqualTo(new Value.Int64(-2));
        assertThat(of(Type.UINT64, Order.ABCD, "fffffffffffffffe", null, null)).isEqualTo(new Value.UInt64(-2));
        assertThat(of(Type.UINT16, Order.BADC, "0100", null, null)).isEqualTo(new Value.Int64(1));
    }

    @Test
    void bitsTextsAndNotANumber() {
        assertThat(of(Type.BIT, Order.ABCD, "8000", 15, null)).isEqualTo(new Value.Bool(true));
        assertThat(of(Type.BIT, Order.ABCD, "8000", 0, null)).isEqualTo(new Value.Bool(false));
        assertThat(of(Type.STRING, Order.ABCD, "504d2d3120000000", null, 4)).isEqualTo(new Value.Text("PM-1"));
        assertThat(of(Type.STRING, Order.BADC, "4d50312d00200000", null, 4)).isEqualTo(new Value.Text("PM-1"));
        assertThat(of(Type.FLOAT32, Order.ABCD, "7fc00000", null, null)).isEqualTo(new Value.None());
    }

    @Test
    void blocksKeepTheLimitOfTheStandard() {
        List<Point> points = java.util.stream.IntStream.range(0, 500)
                .mapToObj(at -> new Point(ModbusSite.uint16("s" + at, at * 2), Long.MIN_VALUE)).toList();

        List<Block> blocks = Block.of(points, 125, 8);

        assertThat(blocks).allSatisfy(block -> assertThat(block.count).isLessThanOrEqualTo(125));
        assertThat(blocks.stream().mapToInt(block -> block.points.size()).sum()).isEqualTo(500);
        assertThat(blocks).hasSize(8);
    }

    @Test
    void settingsThatCantWorkSayWhatIsExpected() {
        assertThatThrownBy(() -> new RegisterSettings("pump", Table.COIL, 3, Type.INT16))
                .hasMessageContaining("a coil or discrete input is one bit");
        assertThatThrownBy(() -> new RegisterSettings("s", Table.HOLDING, 65_535, Type.INT32))
                .hasMessageContaining("beyond address 65535");
        assertThatThrownBy(() -> ModbusSite.settings("http://device", ModbusSite.unit(1, ModbusSite.uint16("a", 0))))
                .hasMessageContaining("tcp://192.168.1.30:502");
        assertThatThrownBy(() -> ModbusSite.settings("tcp://device", ModbusSite.unit(1, ModbusSite.uint16("a", 0)),
                ModbusSite.unit(2, ModbusSite.uint16("a", 0)))).hasMessageContaining("each series once");
    }
}
