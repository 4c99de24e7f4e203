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

    /** This one first and the next on what it gives, as one line. */
    public Calibration then(Calibration next) {
        if (this.equals(NONE)) {
            return next;
        }
        return next.equals(NONE) ? this : new Calibration(next.offset + next.gain * offset, next.gain * gain);
    }

    /** From the true value to the raw one. */
    public Calibration inverse() {
        return this.equals(NONE) ? this : new Calibration(-offset / gain, 1 / gain);
    }
}
