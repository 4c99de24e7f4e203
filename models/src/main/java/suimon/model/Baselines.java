package suimon.model;

import java.util.List;

/**
 * What a model must be compared with, fitted on the training rows where there is anything to fit.
 *
 * @param damping share of the newest hour's departure from the last day's mean that is left after
 *     6 h: damped persistence
 * @param season coefficients of the mean by day of year: 1, sin, cos, sin 2x, cos 2x
 * @param offset log odds of the event at a minimum of 3 mg/L in the last 24 h
 * @param slope change of the log odds per mg/L of that minimum
 * @param frequency share of events among the training rows
 */
record Baselines(double damping, double[] season, double offset, double slope, double frequency) {
    private static final int NEWTON_STEPS_MAX = 50;

    static Baselines fit(List<ForecastRow> training) {
        double cross = 0;
        double square = 0;
        double[][] normal = new double[5][6];
        for (ForecastRow row : training) {
            if (Double.isNaN(row.after6()) || Double.isNaN(row.last())) {
                continue;
            }
            double departure = row.last() - row.mean24();
            cross += departure * (row.after6() - row.mean24());
            square += departure * departure;
            accumulate(normal, harmonics(row.dayOfYear()), row.after6());
        }
        List<ForecastRow> known =
                training.stream().filter(row -> !Double.isNaN(row.minimum12())).toList();
        double frequency = known.stream().filter(ForecastRow::isEvent).count() / (double) known.size();
        double[] logistic = logistic(known);
        return new Baselines(cross / square, solve(normal), logistic[0], logistic[1], frequency);
    }

    double damped(ForecastRow row) {
        return row.mean24() + damping * (row.last() - row.mean24());
    }

    double climatology(ForecastRow row) {
        double[] terms = harmonics(row.dayOfYear());
        double sum = 0;
        for (int term = 0; term < terms.length; term++) {
            sum += season[term] * terms[term];
        }
        return sum;
    }

    /** The chance of the event after the minimum of the last 24 h. */
    double risk(ForecastRow row) {
        return 1 / (1 + Math.exp(-offset - slope * (row.minimum24() - ForecastRow.LIMIT)));
    }

    private static double[] harmonics(double dayOfYear) {
        double angle = 2 * Math.PI * dayOfYear / 365.25;
        return new double[] {
            1, Math.sin(angle), Math.cos(angle), Math.sin(2 * angle), Math.cos(2 * angle)
        };
    }

    private static void accumulate(double[][] normal, double[] terms, double target) {
        for (int row = 0; row < terms.length; row++) {
            for (int column = 0; column < terms.length; column++) {
                normal[row][column] += terms[row] * terms[column];
            }
            normal[row][terms.length] += terms[row] * target;
        }
    }

    /** Newton's method on the log likelihood of two coefficients. */
    private static double[] logistic(List<ForecastRow> rows) {
        double offset = 0;
        double slope = 0;
        for (int step = 0; step < NEWTON_STEPS_MAX; step++) {
            double[][] normal = new double[2][3];
            for (ForecastRow row : rows) {
                double x = row.minimum24() - ForecastRow.LIMIT;
                double chance = 1 / (1 + Math.exp(-offset - slope * x));
                double weight = chance * (1 - chance);
                double error = (row.isEvent() ? 1 : 0) - chance;
                normal[0][0] += weight;
                normal[0][1] += weight * x;
                normal[1][0] += weight * x;
                normal[1][1] += weight * x * x;
                normal[0][2] += error;
                normal[1][2] += error * x;
            }
            double[] change = solve(normal);
            offset += change[0];
            slope += change[1];
        }
        return new double[] {offset, slope};
    }

    /** Gauss elimination of symmetric positive definite equations; the last column is the right side. */
    private static double[] solve(double[][] rows) {
        int size = rows.length;
        for (int pivot = 0; pivot < size; pivot++) {
            for (int row = 0; row < size; row++) {
                double factor = row == pivot ? 0 : rows[row][pivot] / rows[pivot][pivot];
                for (int column = pivot; column <= size; column++) {
                    rows[row][column] -= factor * rows[pivot][column];
                }
            }
        }
        double[] solution = new double[size];
        for (int row = 0; row < size; row++) {
            solution[row] = rows[row][size] / rows[row][row];
        }
        return solution;
    }
}
