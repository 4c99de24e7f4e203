package suimon.reading;

/** From a raw value to the true one: {@code offset + gain * raw}. The log keeps the raw value. */
public record Calibration(double offset, double gain) {
    public static final Calibration NONE = new Calibration(0, 1);

    public Calibration {
        if (!Double.isFinite(offset) || !Double.isFinite(gain) || gain == 0) {
            throw new IllegalArgumentException("offset and gain must be numbers and gain not 0");
        }
    }

    /** The one function, for grading, rules, models, charts and exports alike. */
    public double apply(double raw) {
        // Without this the identity would turn -0.0 into 0.0.
        return this.equals(NONE) ? raw : offset + gain * raw;
    }
}
