package suimon.command;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;

/**
 * A calibration as a person writes it down, all as text from a form.
 *
 * @param series its name; may be empty where bottles or what is corrected name it
 * @param from ISO 8601 with offset; empty for now, or for the time of what is corrected or of the bottle
 * @param coefficients up to four, offset first, of the raw value as it is sent; empty to take them
 *     from the references
 * @param references {@code raw:reference} pairs; {@code :reference} stands beside the reading of that time
 * @param unit of the references, UCUM; empty for the series' own
 * @param degree of the curve through the references, 0 to 3; empty for 0 with one, 1 with more
 * @param bottles sequences of observations that become references
 * @param corrects the sequence of the calibration that this replaces, and withdraws where nothing
 *     else is said; empty for none
 */
public record CalibrationForm(
        String series, String from, String coefficients, String references, String unit, String degree, String note,
        String bottles, String corrects) {
    static final Duration AHEAD_MAX = Duration.ofMinutes(5);
    private static final int DEGREE_MAX = 3;

    /** Thrown to the door only; becomes a refusal. */
    static final class Wrong extends Exception {
        Wrong(String reason) {
            super(reason);
        }
    }

    /** One reference; a raw value that is NaN is to be looked up. */
    record Pair(double raw, double reference) {}

    boolean isWithdrawal() {
        return !corrects.isBlank() && coefficients.isBlank() && references.isBlank() && bottles.isBlank()
                && from.isBlank();
    }

    Instant time(Instant now, Instant whenMissing) throws Wrong {
        if (from.isBlank()) {
            return whenMissing;
        }
        try {
            Instant found = OffsetDateTime.parse(from.strip()).toInstant();
            require(!found.isAfter(now.plus(AHEAD_MAX)), "from: " + from + " lies in the future");
            require(!found.isBefore(Instant.EPOCH), "from: " + from + " lies before 1970");
            return found;
        } catch (DateTimeParseException notATime) {
            throw new Wrong("from: expected a time such as 2026-07-01T09:00:00+09:00");
        }
    }

    List<Pair> pairs() throws Wrong {
        List<Pair> pairs = new ArrayList<>();
        for (String text : words(references)) {
            int cut = text.indexOf(':');
            require(cut >= 0, "references: '" + text + "', expected raw:reference such as 8.91:9.10");
            String raw = text.substring(0, cut);
            pairs.add(new Pair(raw.isEmpty() ? Double.NaN : number("references", raw),
                    number("references", text.substring(cut + 1))));
        }
        return pairs;
    }

    List<Long> bottleSequences() throws Wrong {
        List<Long> found = new ArrayList<>();
        for (String text : words(bottles)) {
            found.add(sequence("bottles", text));
        }
        return found;
    }

    long correctsSequence() throws Wrong {
        return corrects.isBlank() ? 0 : sequence("corrects", corrects.strip());
    }

    /** Null where they are to be taken from the references. */
    @org.jspecify.annotations.Nullable Calibration given() throws Wrong {
        List<String> texts = words(coefficients);
        if (texts.isEmpty()) {
            return null;
        }
        require(texts.size() >= 2 && texts.size() <= DEGREE_MAX + 1,
                "coefficients: expected 2 to 4, the offset first, found " + texts.size());
        double[] each = new double[DEGREE_MAX + 1];
        for (int index = 0; index < texts.size(); index++) {
            each[index] = number("coefficients", texts.get(index));
        }
        try {
            return new Calibration(each[0], each[1], each[2], each[3]);
        } catch (IllegalArgumentException wrong) {
            throw new Wrong("coefficients: " + wrong.getMessage());
        }
    }

    int degree(int references) throws Wrong {
        if (degree.isBlank()) {
            return references == 1 ? 0 : 1;
        }
        require(degree.strip().matches("[0-3]"), "degree: expected 0 to 3");
        int wanted = Integer.parseInt(degree.strip());
        require(wanted < references, "degree: " + wanted + " takes " + (wanted + 1) + " references or more, found "
                + references);
        return wanted;
    }

    static CalibrationSheet.Method method(int degree, int references) {
        if (degree == 0) {
            return CalibrationSheet.Method.ONE_POINT;
        }
        return references == 2 ? CalibrationSheet.Method.TWO_POINT : CalibrationSheet.Method.FIT;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("[\\s,;]+")).filter(word -> !word.isEmpty()).toList();
    }

    private static double number(String what, String text) throws Wrong {
        try {
            double number = Double.parseDouble(text);
            require(Double.isFinite(number), what + ": " + text + " is no number");
            return number;
        } catch (NumberFormatException notANumber) {
            throw new Wrong(what + ": '" + text + "', expected a number such as 8.91");
        }
    }

    private static long sequence(String what, String text) throws Wrong {
        require(text.matches("\\d{1,18}"), what + ": '" + text + "', expected a sequence of the log");
        return Long.parseLong(text);
    }

    static void require(boolean holds, String otherwise) throws Wrong {
        if (!holds) {
            throw new Wrong(otherwise);
        }
    }
}
