package suimon.reading;

/**
 * From a raw value to the true one: {@code offset + gain * raw + square * raw^2 + cube * raw^3}. The
 * log keeps the raw value.
 */
public record Calibration(double offset, double gain, double square, double cube) {
    public static final Calibration NONE = new Calibration(0, 1);

    public Calibration {
        if (!Double.isFinite(offset) || !Double.isFinite(gain) || !Double.isFinite(square) || !Double.isFinite(cube)
                || gain == 0 && square == 0 && cube == 0) {
            throw new IllegalArgumentException("coefficients must be numbers and not all but the offset 0");
        }
    }

    /** A straight line. */
    public Calibration(double offset, double gain) {
        this(offset, gain, 0, 0);
    }

    /** The one function, for grading, rules, models, charts and exports alike. */
    public double apply(double raw) {
        if (square == 0 && cube == 0) {
            // Without this the identity would turn -0.0 into 0.0.
            return gain == 1 && offset == 0 ? raw : offset + gain * raw;
        }
        return offset + raw * (gain + raw * (square + raw * cube));
    }

    /** Whether it changes nothing. */
    public boolean isNone() {
        return isLine() && gain == 1 && offset == 0;
    }

    public boolean isLine() {
        return square == 0 && cube == 0;
    }

    /** This one first and the next on what it gives, as one; at most one of them may be bent. */
    public Calibration then(Calibration next) {
        if (isNone()) {
            return next;
        }
        if (next.isLine()) {
            return next.isNone() ? this : new Calibration(
                    next.offset + next.gain * offset, next.gain * gain, next.gain * square, next.gain * cube);
        }
        if (!isLine()) {
            throw new IllegalArgumentException("two polynomials make one of a degree beyond 3");
        }
        return new Calibration(next.apply(offset),
                gain * (next.gain + offset * (2 * next.square + offset * 3 * next.cube)),
                gain * gain * (next.square + 3 * next.cube * offset), gain * gain * gain * next.cube);
    }

    /** From the true value to the raw one; of a straight line only. */
    public Calibration inverse() {
        if (!isLine()) {
            throw new IllegalStateException("a polynomial has no single inverse; the raw value is kept");
        }
        return isNone() ? this : new Calibration(-offset / gain, 1 / gain);
    }
}
