package suimon.reading;

import java.time.Instant;

/**
 * One step of an alarm's life, in the words of OPC UA Part 9 and ISA-18.2.
 *
 * @param rule the configured rule's name
 * @param occurrence names this one activation, from becoming active to inactive and acknowledged
 * @param series the series it is about; empty when it is about the gateway or a source
 * @param kind what happened
 * @param state the state after it
 * @param at the moment the evidence was measured, or the person acted
 * @param value the value that decided; NaN when there is none
 * @param message what an operator reads
 * @param action what to do about it
 * @param by who acted; {@code gateway} when the gateway did
 */
public record AlarmEvent(
        String rule, String occurrence, String series, Severity severity, Kind kind, AlarmState state,
        Instant at, double value, Words message, Words action, String by) {

    /** How grave: 注意 and 警戒; 注意報 and 警報 are official words and never used. */
    public enum Severity {
        /** 注意: look at it. */
        CAUTION,
        /** 警戒: act on it. */
        ALERT
    }

    /** What happened. */
    public enum Kind {
        ACTIVATED,
        CHANGED,
        CLEARED,
        ACKNOWLEDGED,
        CONFIRMED,
        SHELVED,
        UNSHELVED,
        SUPPRESSED,
        UNSUPPRESSED,
        TAKEN_OUT_OF_SERVICE,
        PUT_IN_SERVICE
    }
}
