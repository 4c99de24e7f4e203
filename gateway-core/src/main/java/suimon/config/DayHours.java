package suimon.config;

import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of each day, such as 22:00-06:00; the beginning belongs to it, the end does not. */
public record DayHours(LocalTime from, LocalTime to) {
    private static final Pattern FORM = Pattern.compile("(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");

    /** @throws IllegalArgumentException where it is not written so */
    public static DayHours parse(String written) {
        Matcher parts = FORM.matcher(written);
        if (parts.matches() && isTime(parts.group(1)) && isTime(parts.group(2))) {
            return new DayHours(LocalTime.parse(parts.group(1)), LocalTime.parse(parts.group(2)));
        }
        throw new IllegalArgumentException("'" + written + "', expected hours such as 22:00-06:00");
    }

    private static boolean isTime(String text) {
        return text.compareTo("23:59") <= 0 && text.charAt(3) <= '5';
    }

    /** Whether the time of day lies within; a part whose end is not later than its beginning goes over midnight. */
    public boolean contains(LocalTime time) {
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }
}
