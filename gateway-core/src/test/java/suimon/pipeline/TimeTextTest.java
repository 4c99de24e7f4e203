package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.DecodeConfig.TimeFormat;

class TimeTextTest {
    private final TimeText auto = new TimeText(TimeFormat.AUTO, null);

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T09:00:00+09:00, 2026-11-23T00:00:00Z",
        "2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z",
        "2026/11/23 00:00Z, 2026-11-23T00:00:00Z",
        "2026-11-23 00:00:00.123456789+0000, 2026-11-23T00:00:00.123456789Z",
        "2026-11-23T00:00:00.5-05, 2026-11-23T05:00:00.5Z",
        "1969-12-31T23:59:59.25Z, 1969-12-31T23:59:59.25Z",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
        "1795392000, 2026-11-23T00:00:00Z",
        "1795392000.125, 2026-11-23T00:00:00.125Z",
        "1795392000.1234567891, 2026-11-23T00:00:00.123456789Z",
        "1795392000125, 2026-11-23T00:00:00.125Z",
        "1795392000125.5, 2026-11-23T00:00:00.1255Z",
        "1795392000125250, 2026-11-23T00:00:00.12525Z",
        "1795392000125250001, 2026-11-23T00:00:00.125250001Z",
        "1.795392e9, 2026-11-23T00:00:00Z",
        "-0.5, 1969-12-31T23:59:59.5Z",
        "0, 1970-01-01T00:00:00Z"})
    void readsTheMomentAsWritten(String text, Instant expected) {
        assertThat(instant(auto.parse(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "yesterday", "2026-11-23", "2026-11-23T00:00:00", "2026-11-23T24:00:00Z", "2026-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z", "2026-11-23T00:00:60Z", "2026-11-23T00:00:00+24:00", "2026-11-23T00:00:00.Z",
        "2026-11-23T00:00:00Zx", "2026-11/23T00:00:00Z", "9999-01-01T00:00:00Z", "1677-01-01T00:00:00Z",
        "99999999999999999999", "NaN", "1e30", "20261123T000000Z", "2026-11-23T00:00:00+", "2026-11-23T00:00:00+9"})
    void otherTextIsNoTime(String text) {
        assertThat(auto.parse(text)).isEqualTo(TimeText.NONE);
    }

    @Test
    void localTimeNeedsAZone() {
        TimeText tokyo = new TimeText(TimeFormat.ISO, ZoneId.of("Asia/Tokyo"));

        assertThat(instant(tokyo.parse("2026/11/23 09:00:00"))).isEqualTo("2026-11-23T00:00:00Z");
        assertThat(instant(tokyo.parse("2026-11-23T09:00:00Z"))).isEqualTo("2026-11-23T09:00:00Z");
    }

    @Test
    void anExponentOfAnyLengthIsRead() {
        assertThat(auto.parse("0000000000e-4099276460824344271")).isZero();
        assertThat(auto.parse("0e99999999999")).isZero();
        assertThat(auto.parse("-1e-99999999999")).isBetween(-1L, 0L);
        assertThat(auto.parse("1e99999999999")).isEqualTo(TimeText.NONE);
        assertThat(instant(auto.parse("17953920e-0000000000000000002"))).isEqualTo("1970-01-03T01:52:19.200Z");
    }

    @Test
    void aFixedUnitIsTakenAtItsWord() {
        assertThat(instant(new TimeText(TimeFormat.MILLISECONDS, null).parse("1000"))).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(new TimeText(TimeFormat.SECONDS, null).parse("99999999999")).isEqualTo(TimeText.NONE);
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
