package suimon.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Scores of forecasts, as statisticians define them. */
final class Scores {
    private Scores() {}

    /** Mean absolute error. */
    static double meanAbsoluteError(double[] forecast, double[] truth) {
        return IntStream.range(0, truth.length)
                .mapToDouble(row -> Math.abs(forecast[row] - truth[row])).average().orElse(Double.NaN);
    }

    /** Root of the mean squared error. */
    static double rootMeanSquaredError(double[] forecast, double[] truth) {
        return Math.sqrt(IntStream.range(0, truth.length)
                .mapToDouble(row -> (forecast[row] - truth[row]) * (forecast[row] - truth[row]))
                .average().orElse(Double.NaN));
    }

    /** Mean squared difference of probability and outcome (Brier 1950). */
    static double brier(double[] probability, boolean[] event) {
        return IntStream.range(0, event.length)
                .mapToDouble(row -> Math.pow(probability[row] - (event[row] ? 1 : 0), 2))
                .average().orElse(Double.NaN);
    }

    /** Area under the ROC curve: the chance that an event scores above a non-event, ties half. */
    static double areaUnderRoc(double[] score, boolean[] event) {
        Integer[] order = ascending(score);
        double rankSum = 0;
        long events = 0;
        for (int from = 0; from < order.length; ) {
            int to = from;
            long tiedEvents = 0;
            while (to < order.length && score[order[to]] == score[order[from]]) {
                tiedEvents += event[order[to]] ? 1 : 0;
                to++;
            }
            rankSum += tiedEvents * (from + 1 + to) / 2.0;
            events += tiedEvents;
            from = to;
        }
        double others = order.length - events;
        return (rankSum - events * (events + 1) / 2.0) / (events * others);
    }

    /** Average precision: the sum of precision times step of recall, ties taken together. */
    static double averagePrecision(double[] score, boolean[] event) {
        Integer[] order = ascending(score);
        long events = IntStream.range(0, event.length).filter(row -> event[row]).count();
        double sum = 0;
        long found = 0;
        for (int to = order.length; to > 0; ) {
            int from = to;
            long tiedEvents = 0;
            while (from > 0 && score[order[from - 1]] == score[order[to - 1]]) {
                from--;
                tiedEvents += event[order[from]] ? 1 : 0;
            }
            found += tiedEvents;
            sum += tiedEvents * (found / (double) (order.length - from));
            to = from;
        }
        return sum / events;
    }

    private static Integer[] ascending(double[] score) {
        Integer[] order = IntStream.range(0, score.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble((Integer row) -> score[row]));
        return order;
    }
}
