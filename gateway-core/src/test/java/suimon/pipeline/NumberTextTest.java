package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.reading.Value;

class NumberTextTest {
    @Test
    void decimalsStayAsWritten() {
        assertThat(NumberText.parse("7.10")).isEqualTo(new Value.Decimal(710, 2));
        assertThat(NumberText.parse("-0.050")).isEqualTo(new Value.Decimal(-50, 3));
        assertThat(NumberText.parse("1e3")).isEqualTo(new Value.Decimal(1, -3));
        assertThat(NumberText.parse("1.5E-7")).isEqualTo(new Value.Decimal(15, 8));
        assertThat(NumberText.parse("0.123456789012345678")).isEqualTo(new Value.Decimal(123456789012345678L, 18));
        assertThat(NumberText.parse("0.0")).isEqualTo(new Value.Decimal(0, 1));
        assertThat(NumberText.parse("+.5")).isEqualTo(new Value.Decimal(5, 1));
    }

    @Test
    void integersStayIntegers() {
        assertThat(NumberText.parse("0")).isEqualTo(new Value.Int64(0));
        assertThat(NumberText.parse("007")).isEqualTo(new Value.Int64(7));
        assertThat(NumberText.parse("9223372036854775807")).isEqualTo(new Value.Int64(Long.MAX_VALUE));
        assertThat(NumberText.parse("-9223372036854775808")).isEqualTo(new Value.Int64(Long.MIN_VALUE));
        assertThat(NumberText.parse("9223372036854775808")).isEqualTo(new Value.UInt64(Long.MIN_VALUE));
        assertThat(NumberText.parse("18446744073709551615")).isEqualTo(new Value.UInt64(-1));
    }

    @Test
    void whatFitsNeitherIsTheNearestDouble() {
        assertThat(NumberText.parse("18446744073709551616")).isEqualTo(new Value.Float64(0x1p64));
        assertThat(NumberText.parse("-9223372036854775809")).isEqualTo(new Value.Float64(-0x1p63));
        assertThat(NumberText.parse("3.14159265358979323846")).isEqualTo(new Value.Float64(Math.PI));
        assertThat(NumberText.parse("1e300")).isEqualTo(new Value.Float64(1e300));
        assertThat(NumberText.parse("-0.0")).isEqualTo(new Value.Float64(-0.0));
        assertThat(NumberText.parse("-0")).isEqualTo(new Value.Float64(-0.0));
        assertThat(NumberText.parse("NAN")).isEqualTo(new Value.Float64(Double.NaN));
        assertThat(NumberText.parse("-Inf")).isEqualTo(new Value.Float64(Double.NEGATIVE_INFINITY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1 2", "--1", "1e400", "abc", "nano",
        "infinite", "１", "1e5x", "-.", "1,5"})
    void otherTextIsNoNumber(String text) {
        assertThat(NumberText.parse(text)).isNull();
    }

    @Test
    void anyNumberComesBackAsItWas() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            BigDecimal written = BigDecimal.valueOf(random.nextLong() >> random.nextInt(64), random.nextInt(-20, 20));
            String text = random.nextBoolean() ? written.toString() : written.toPlainString();

            Value read = NumberText.parse(text);

            assertThat(read).as("seed=%d text=%s", seed, text).isNotNull();
            boolean isExact = !(read instanceof Value.Float64);
            if (isExact && !read.asText().isEmpty()) {
                assertThat(new BigDecimal(read.asText())).as("seed=%d text=%s", seed, text).isEqualByComparingTo(written);
            } else {
                assertThat(read.asDouble()).as("seed=%d text=%s", seed, text).isEqualTo(Double.parseDouble(text));
            }
        }
    }
}
