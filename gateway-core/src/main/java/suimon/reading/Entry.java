package suimon.reading;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the log can hold. Each variant is immutable; the log gives it its sequence. */
public sealed interface Entry {

    /** Readings as they came, graded, raw values. */
    record Batch(Readings readings, ClockStamp clock) implements Entry {}

    /** A series was defined, or its title, unit or period was changed. */
    record SeriesDefined(Series series) implements Entry {}

    /**
     * A message that could not be decoded.
     *
     * @param source the source's configured name
     * @param address topic or node it came from
     * @param reason what was wrong, such as {@code not JSON at byte 0}
     * @param payload the message, whole for the first of a kind, else cut or empty
     * @param repeats how many more of the same kind this one stands for
     */
    record Reject(
            String source, String address, Instant receivedAt, String reason, Payload payload, long repeats)
            implements Entry {}

    /**
     * What a source knows it lost.
     *
     * @param series the series' name, or empty when the whole source was affected
     * @param from the last moment data was there, exclusive
     * @param to when data came again, exclusive; null while unknown
     */
    record Gap(String source, String series, Instant from, @Nullable Instant to, String reason)
            implements Entry {}

    /**
     * One run of a model.
     *
     * @param model the configured instance's name
     * @param packageVersion such as {@code hypoxia 1.0.0}
     * @param inputHash SHA-256 over the input tensors, hexadecimal
     * @param issuedAt the end of the newest input interval
     */
    record Inference(
            String model, String packageVersion, String inputHash, Instant issuedAt, List<Output> outputs)
            implements Entry {
        public Inference {
            outputs = List.copyOf(outputs);
        }
    }

    /** One value of an inference, also stored as a reading of the series at its valid time. */
    record Output(String series, Instant validAt, double value) {}

    /** What people and the gateway say about alarms, see {@link AlarmEvent}. */
    record Alarm(AlarmEvent event) implements Entry {}

    /**
     * An operator's verdict.
     *
     * @param alarm the alarm occurrence it is about, see {@link AlarmEvent#occurrence}
     */
    record Label(String alarm, Verdict verdict, String by, Instant at, String note) implements Entry {}

    /** Was the alarm right? */
    enum Verdict {
        TRUE,
        FALSE,
        UNSURE
    }

    /** What a person saw: a cell count, a leak dug up, a bottle sample. */
    record Observation(String what, String series, Value value, String unit, String by, Instant at, String note)
            implements Entry {}

    /**
     * Ten minutes of one series.
     *
     * @param durationNanos the interval's length
     * @param count readings in it; those that are usable numbers make up the statistics
     * @param usable how many of them are usable numbers
     * @param minimum NaN when none is usable; likewise mean, maximum and last
     * @param revision 0 at first, one more each time late data corrected it
     */
    record Aggregate(
            int series, Instant start, long durationNanos, long count, long usable, double minimum,
            double mean, double maximum, double last, Grade worst, int revision)
            implements Entry {}

    /**
     * From this moment the raw values of the series are read by this curve. It is changed by a later
     * entry of the same moment, and ended by one from a later moment.
     */
    record Calibration(
            int series, Instant from, suimon.reading.Calibration curve, String by, String note, CalibrationSheet sheet)
            implements Entry {
        /** A line that the configuration asks for. */
        public Calibration(int series, Instant from, double offset, double gain, String by, String note) {
            this(series, from, new suimon.reading.Calibration(offset, gain), by, note, CalibrationSheet.NONE);
        }

        /** Whether it takes back what was said of this moment. */
        public boolean isWithdrawal() {
            return sheet.method() == CalibrationSheet.Method.WITHDRAWN;
        }
    }

    /**
     * A test that needed the next value has judged an earlier reading: from here on it has this
     * grade. The reading itself stays as it was committed.
     *
     * @param test the names of the tests that made it so, such as {@code spike}, with a space between;
     *     empty when it is good
     */
    record Regrade(int series, long measuredNanos, Grade grade, String test) implements Entry {
        /** The same as a set, see {@link QualityTest}. */
        public int tests() {
            return QualityTest.ofNames(test);
        }
    }

    /** What the clock of a boot turned out to be. */
    record ClockFix(String boot, long monotonicNanos, Instant utc, long uncertaintyNanos) implements Entry {}

    /** Who changed what through the command door, and how it ended. */
    record Audit(String by, String action, String target, String outcome, Instant at) implements Entry {}

    /** Bytes with value equality. */
    record Payload(byte[] bytes) {
        public static final Payload NONE = new Payload(new byte[0]);

        @Override
        public boolean equals(@Nullable Object object) {
            return object instanceof Payload other && java.util.Arrays.equals(bytes, other.bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Payload[" + bytes.length + " bytes]";
        }
    }
}
