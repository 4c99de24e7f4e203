package suimon.reading;

import java.time.Instant;
import java.util.List;

/**
 * How a calibration came about.
 *
 * @param at when it was written down, which may be long after it began to hold
 * @param unit of the references
 * @param references what the sensor said beside what was true, at most {@link #REFERENCES_MAX}
 */
public record CalibrationSheet(Method method, Instant at, String unit, List<Reference> references) {
    /** More are refused. */
    public static final int REFERENCES_MAX = 20;

    /** Of a calibration that {@code gateway.yaml} asks for. */
    public static final CalibrationSheet NONE =
            new CalibrationSheet(Method.CONFIGURED, Instant.EPOCH, "", List.of());

    public CalibrationSheet {
        references = List.copyOf(references);
        if (references.size() > REFERENCES_MAX) {
            throw new IllegalArgumentException(references.size() + " references, at most " + REFERENCES_MAX);
        }
    }

    /** Where the coefficients come from; stored by its place, so new ones go to the end. */
    public enum Method {
        CONFIGURED,
        /** Given as they are. */
        COEFFICIENTS,
        /** The curve in force, shifted to go through one reference. */
        ONE_POINT,
        /** The line through two references. */
        TWO_POINT,
        /** Least squares through more. */
        FIT,
        /** Takes back the calibration of that moment; what held before holds on. */
        WITHDRAWN
    }

    /** What the sensor sent, and what a reference said in {@code unit}. */
    public record Reference(double raw, double reference) {}
}
