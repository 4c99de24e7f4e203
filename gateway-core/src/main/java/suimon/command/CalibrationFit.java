package suimon.command;

import java.util.List;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet.Reference;

/** The polynomial through reference readings by least squares. */
final class CalibrationFit {
    private static final int CHECKS = 64;

    private CalibrationFit() {}

    /**
     * The curve of that degree (0 to 3) which misses the references least. Of raw values that are
     * centred and scaled, so that 20,000 counts are as good as 0.2 V.
     *
     * @throws IllegalArgumentException when the references don't settle it
     */
    static Calibration of(List<Reference> references, int degree) {
        double centre = references.stream().mapToDouble(Reference::raw).average().orElse(0);
        double widest = references.stream().mapToDouble(pair -> Math.abs(pair.raw() - centre)).max().orElse(0);
        double scale = widest == 0 ? 1 : widest;
        double[][] rows = new double[degree + 1][degree + 2];
        for (Reference pair : references) {
            double[] powers = new double[degree + 1];
            powers[0] = 1;
            for (int power = 1; power <= degree; power++) {
                powers[power] = powers[power - 1] * (pair.raw() - centre) / scale;
            }
            for (int row = 0; row <= degree; row++) {
                for (int column = 0; column <= degree; column++) {
                    rows[row][column] += powers[row] * powers[column];
                }
                rows[row][degree + 1] += powers[row] * pair.reference();
            }
        }
        double[] found = solve(rows);
        double[] padded = java.util.Arrays.copyOf(found, 4);
        return new Calibration(-centre / scale, 1 / scale)
                .then(new Calibration(padded[0], padded[1], padded[2], padded[3]));
    }

    /** Whether a higher raw value always means a higher true one, or always a lower one, between the two. */
    static boolean isOneWay(Calibration curve, double low, double high) {
        double direction = Math.signum(curve.apply(high) - curve.apply(low));
        for (int step = 0; step < CHECKS && high > low; step++) {
            double here = low + (high - low) * step / CHECKS;
            double next = low + (high - low) * (step + 1) / CHECKS;
            if (Math.signum(curve.apply(next) - curve.apply(here)) != direction) {
                return false;
            }
        }
        return true;
    }

    /** Gauss and Jordan with the largest pivot. */
    private static double[] solve(double[][] rows) {
        int size = rows.length;
        for (int column = 0; column < size; column++) {
            int best = column;
            for (int row = column + 1; row < size; row++) {
                best = Math.abs(rows[row][column]) > Math.abs(rows[best][column]) ? row : best;
            }
            double[] pivot = rows[best];
            rows[best] = rows[column];
            rows[column] = pivot;
            if (Math.abs(pivot[column]) < 1e-9) {
                throw new IllegalArgumentException("too few different raw values for a curve of degree " + (size - 1));
            }
            for (int row = 0; row < size; row++) {
                double factor = row == column ? 0 : rows[row][column] / pivot[column];
                for (int place = column; place <= size; place++) {
                    rows[row][place] -= factor * pivot[place];
                }
            }
        }
        double[] found = new double[size];
        for (int row = 0; row < size; row++) {
            found[row] = rows[row][size] / rows[row][row];
        }
        return found;
    }
}
