package suimon.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.reading.Value;

/**
 * Times as sensors write them, in nanoseconds since the epoch (years 1678 to 2262).
 *
 * <p>ISO 8601 here is {@code 2026-11-23T09:00:00.125+09:00}: a T or a space between date and time,
 * dashes or slashes in the date, seconds and fraction may be left out, the offset only where the
 * rule names a zone. Where clocks go back the earlier of the two moments is taken.
 */
public final class TimeText {
    /** No time. */
    public static final long NONE = Long.MIN_VALUE;

    private static final double SMALLEST = 1e-10;
    private static final int CHARACTERS_MAX = 64;
    private static final long SECOND = 1_000_000_000L;

    private final TimeFormat format;
    private final @Nullable ZoneId zone;

    /** Reads times of one format; without a zone a time that has no offset is refused. */
    public TimeText(TimeFormat format, @Nullable ZoneId zone) {
        this.format = format;
        this.zone = zone;
    }

    /** What a time has to look like, for messages. */
    public String expected() {
        String offset = zone == null ? " with offset" : "";
        return switch (format) {
            case AUTO -> "ISO 8601" + offset + " or an epoch number";
            case ISO -> "ISO 8601" + offset;
            case SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS ->
                "a number of " + format.name().toLowerCase(java.util.Locale.ROOT) + " since 1970";
        };
    }

    /** Nanoseconds since the epoch, or {@link #NONE} when the text is no such time. */
    public long parse(String text) {
        byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    long parse(byte[] bytes, int from, int to) {
        if (to <= from || to - from > CHARACTERS_MAX) {
            return NONE;
        }
        boolean isDate = to - from > 8 && (bytes[from + 4] == '-' || bytes[from + 4] == '/');
        return switch (format) {
            case AUTO -> isDate ? iso(bytes, from, to) : epoch(bytes, from, to, -1);
            case ISO -> iso(bytes, from, to);
            case SECONDS -> epoch(bytes, from, to, 9);
            case MILLISECONDS -> epoch(bytes, from, to, 6);
            case MICROSECONDS -> epoch(bytes, from, to, 3);
            case NANOSECONDS -> epoch(bytes, from, to, 0);
        };
    }

    private static long epoch(byte[] bytes, int from, int to, int power) {
        return switch (NumberText.parse(bytes, from, to)) {
            case Value.Int64 whole -> epoch(whole.value(), 0, power);
            case Value.Decimal decimal -> epoch(decimal.unscaled(), decimal.scale(), power);
            // Less than a nanosecond, whatever the unit; its exponent may have more digits than BigDecimal reads.
            case Value.Float64 number when Math.abs(number.value()) < SMALLEST -> number.value() < 0 ? -1 : 0;
            case Value.Float64 number when Double.isFinite(number.value()) ->
                epoch(new BigDecimal(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)), power);
            case null, default -> NONE;
        };
    }

    private static long epoch(long unscaled, int scale, int power) {
        if (scale >= 0 && scale <= 18) {
            int shift = power >= 0 ? power : shiftOf(unscaled / power(scale));
            long factor = scale <= shift ? power(shift - scale) : 0;
            boolean isWithoutOverflow =
                    factor > 0 && Math.multiplyHigh(unscaled, factor) == unscaled * factor >> 63;
            if (isWithoutOverflow) {
                return unscaled * factor;
            }
        }
        return epoch(BigDecimal.valueOf(unscaled, scale), power);
    }

    private static long epoch(BigDecimal exact, int power) {
        int digits = exact.precision() - exact.scale();
        if (digits > 19) {
            return NONE;
        }
        if (digits < -9) {
            return exact.signum() < 0 ? -1 : 0;
        }
        int shift = power >= 0 ? power : shiftOf(exact.longValue());
        BigDecimal nanos = exact.scaleByPowerOfTen(shift).setScale(0, RoundingMode.FLOOR);
        return nanos.toBigInteger().bitLength() > 63 ? NONE : nanos.longValue();
    }

    /** Below 10^11 are seconds, below 10^14 milliseconds, below 10^17 microseconds. */
    private static int shiftOf(long number) {
        long size = Math.abs(number);
        return size < power(11) ? 9 : size < power(14) ? 6 : size < power(17) ? 3 : 0;
    }

    private static long power(int exponent) {
        long power = 1;
        for (int count = 0; count < exponent; count++) {
            power *= 10;
        }
        return power;
    }

    private long iso(byte[] bytes, int from, int to) {
        boolean isLongEnough = to - from >= 16;
        if (!isLongEnough || bytes[from + 7] != bytes[from + 4] || "-/".indexOf(bytes[from + 4]) < 0
                || "T t".indexOf(bytes[from + 10]) < 0 || bytes[from + 13] != ':') {
            return NONE;
        }
        int year = number(bytes, from, 4);
        int month = number(bytes, from + 5, 2);
        int day = number(bytes, from + 8, 2);
        int hour = number(bytes, from + 11, 2);
        int minute = number(bytes, from + 14, 2);
        int at = from + 16;
        int second = 0;
        if (at + 2 < to && bytes[at] == ':') {
            second = number(bytes, at + 1, 2);
            at += 3;
        }
        boolean isTime = year >= 1678 && month >= 1 && month <= 12 && day >= 1 && hour >= 0 && hour < 24
                && minute >= 0 && minute < 60 && second >= 0 && second < 60
                && day <= java.time.YearMonth.of(year, month).lengthOfMonth();
        if (!isTime) {
            return NONE;
        }
        long nano = 0;
        if (at < to && (bytes[at] == '.' || bytes[at] == ',')) {
            int start = ++at;
            for (long unit = SECOND / 10; at < to && bytes[at] >= '0' && bytes[at] <= '9'; unit /= 10) {
                nano += (bytes[at++] - '0') * unit;
            }
            if (at == start) {
                return NONE;
            }
        }
        return placed(LocalDateTime.of(year, month, day, hour, minute, second), nano, bytes, at, to);
    }

    private long placed(LocalDateTime local, long nano, byte[] bytes, int at, int to) {
        long offset;
        if (at == to && zone != null) {
            offset = local.atZone(zone).getOffset().getTotalSeconds();
        } else if (at + 1 == to && (bytes[at] == 'Z' || bytes[at] == 'z')) {
            offset = 0;
        } else {
            offset = offset(bytes, at, to);
        }
        if (offset == NONE) {
            return NONE;
        }
        long seconds = local.toEpochSecond(ZoneOffset.UTC) - offset;
        boolean isInRange = seconds > Instant.ofEpochSecond(0, Long.MIN_VALUE).getEpochSecond() + 1
                && seconds < Instant.ofEpochSecond(0, Long.MAX_VALUE).getEpochSecond();
        return isInRange ? seconds * SECOND + nano : NONE;
    }

    private static long offset(byte[] bytes, int at, int to) {
        boolean hasColon = to - at == 6 && bytes[at + 3] == ':';
        boolean isOffset = (hasColon || to - at == 5 || to - at == 3) && (bytes[at] == '+' || bytes[at] == '-');
        if (!isOffset) {
            return NONE;
        }
        int hours = number(bytes, at + 1, 2);
        int minutes = to - at == 3 ? 0 : number(bytes, to - 2, 2);
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return NONE;
        }
        long seconds = hours * 3600L + minutes * 60L;
        return bytes[at] == '-' ? -seconds : seconds;
    }

    /** The number that so many digits are, or -1. */
    private static int number(byte[] bytes, int from, int digits) {
        int number = 0;
        for (int at = from; at < from + digits; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
