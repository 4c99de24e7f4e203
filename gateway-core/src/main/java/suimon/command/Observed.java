package suimon.command;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Value;

/**
 * What a person wrote down, as text from a form.
 *
 * @param kind cells, leak, bottle or note
 * @param place where: a pen, a pipe; for a bottle the name of the series that it checks
 * @param species of cells, else empty
 * @param value the number; empty for a note, and to withdraw what is corrected
 * @param at when it was seen, ISO 8601 with offset; empty for now, or for the time of what is corrected
 * @param corrects the sequence of the observation that this replaces; 0 for none
 */
public record Observed(
        String kind, String place, String species, String value, String at, String note, long corrects) {
    private static final int PLACE_CHARACTERS_MAX = 200;
    private static final int DIGITS_MAX = 18;
    private static final Duration AHEAD_MAX = Duration.ofMinutes(5);
    private static final Map<String, String> UNITS = Map.of("cells", "{cells}/mL", "leak", "m", "note", "");

    /** Thrown to the door only; becomes a refusal. */
    static final class Wrong extends Exception {
        Wrong(String reason) {
            super(reason);
        }
    }

    boolean isWithdrawal() {
        return corrects > 0 && value.isBlank() && note.isBlank();
    }

    /** The entry; the unit of a series is asked for by its name, null where there is none. */
    Entry.Observation read(
            String by, Instant now, Entry.@Nullable Observation before, Function<String, @Nullable String> units)
            throws Wrong {
        require(place.length() <= PLACE_CHARACTERS_MAX && !place.isBlank() || kind.equals("note") && place.isBlank(),
                "place: expected where it was seen, at most " + PLACE_CHARACTERS_MAX + " characters");
        require(place.chars().noneMatch(Character::isISOControl) && species.chars().noneMatch(Character::isISOControl),
                "place and species: expected printable characters");
        boolean isBottle = kind.equals("bottle");
        String unit = isBottle ? units.apply(place.strip()) : UNITS.get(kind);
        if (unit == null) {
            throw new Wrong(isBottle ? "place: there is no series " + place + " to check"
                    : "kind: expected cells, leak, bottle or note");
        }
        return new Entry.Observation(what(), place.strip(), number(), unit, by, time(now, before), note.strip());
    }

    private String what() throws Wrong {
        if (!kind.equals("cells")) {
            return kind;
        }
        require(!species.isBlank() && species.length() <= PLACE_CHARACTERS_MAX,
                "species: expected a name, at most " + PLACE_CHARACTERS_MAX + " characters");
        return "cells/" + species.strip();
    }

    private Value number() throws Wrong {
        if (kind.equals("note")) {
            require(!note.isBlank(), "note: expected some words");
            return new Value.None();
        }
        try {
            BigDecimal number = new BigDecimal(value.strip());
            require(number.precision() <= DIGITS_MAX && number.scale() >= 0 && number.scale() <= DIGITS_MAX,
                    "value: at most " + DIGITS_MAX + " digits, without an exponent");
            require(kind.equals("bottle") || number.signum() >= 0, "value: expected 0 or more");
            return new Value.Decimal(number.unscaledValue().longValueExact(), number.scale());
        } catch (NumberFormatException notANumber) {
            throw new Wrong("value: expected a number such as 2.1");
        }
    }

    private Instant time(Instant now, Entry.@Nullable Observation before) throws Wrong {
        if (at.isBlank()) {
            return before == null ? now : before.at();
        }
        try {
            Instant seen = OffsetDateTime.parse(at.strip()).toInstant();
            require(!seen.isAfter(now.plus(AHEAD_MAX)), "at: " + at + " lies in the future");
            require(!seen.isBefore(Instant.EPOCH), "at: " + at + " lies before 1970");
            return seen;
        } catch (DateTimeParseException notATime) {
            throw new Wrong("at: expected a time such as 2026-07-01T09:00:00+09:00");
        }
    }

    private static void require(boolean holds, String otherwise) throws Wrong {
        if (!holds) {
            throw new Wrong(otherwise);
        }
    }
}
