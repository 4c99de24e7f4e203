package suimon.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Series;
import suimon.reading.Words;

/**
 * One configured model instance: where its readings go in and its windows come out. Used by the
 * insight thread alone.
 */
sealed interface ModelPlace permits StepPlace, CountedPlace {
    /** The configured instance's name. */
    String name();

    Model model();

    /** Where the readings of that series go, empty when the instance has no use for it. */
    List<Feed> feeds(Series series);

    /** Whether the instance may itself make a series of that name. */
    boolean makes(String series);

    /** Takes the windows that are due into the list; none once it has stopped. */
    void takeDue(List<Job> jobs);

    /** What came of a window, for the status and for what is kept. */
    void issued(Job job, String hash, float[] values);

    /** It failed and is not called any more. */
    void stop(String reason);

    /** The oldest entry needed to make the next windows again; {@code otherwise} when none is. */
    long replayFrom(long otherwise);

    /** What is kept with a commit of its results; null when it needs nothing. */
    byte @Nullable [] toBytes();

    ModelStatus status();

    /** Takes the readings of one series. */
    interface Feed {
        /**
         * A reading in the order of the log.
         *
         * @param sequence the entry it is in, or one before it
         * @param usable false for a reading that is suspect, failed or missing
         */
        void observe(long sequence, long measured, long received, double value, boolean usable);

        /** An earlier reading was regraded and is not usable any more. */
        void remove(long measured);
    }

    /**
     * A window to run.
     *
     * @param outputs the series of its outputs, in the contract's order
     */
    record Job(ModelPlace place, Window window, List<Series> outputs) {
        /** What the names of the outputs begin with. */
        String prefix() {
            String series = outputs.getFirst().name();
            String output = place.model().contract().outputs().getFirst().name();
            return series.substring(0, series.length() - output.length() - 1);
        }
    }

    /** Makes or finds the series of an output. */
    @FunctionalInterface
    interface OutputSeries {
        Series of(String name, Words title, String unit, long periodNanos);

        /** All outputs of a contract under one prefix. */
        default List<Series> of(Contract contract, String prefix) {
            // As a list of its exact size, since there is one for every series that a model judges.
            return List.of(contract.outputs().stream()
                    .map(output -> of(prefix + "/" + output.name(), output.title(), output.unit().code(),
                            contract.stepNanos()))
                    .toArray(Series[]::new));
        }
    }
}
