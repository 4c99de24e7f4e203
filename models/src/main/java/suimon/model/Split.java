package suimon.model;

import java.time.LocalDateTime;
import java.util.List;

/** Which rows train and which test; no target of a training row lies in the test. */
final class Split {
    private static final long TRAIN_END = at("2013-04-30T12:00");
    private static final long TEST_START = at("2013-05-01T00:00");
    private static final long TEST_END = at("2013-11-01T00:00");

    private Split() {}

    /** Rows issued until 2013-04-30 12:00 EST, so that the next 12 h end with that day. */
    static List<ForecastRow> training(List<ForecastRow> rows) {
        return rows.stream().filter(row -> row.seconds() <= TRAIN_END).toList();
    }

    /** Rows issued from 2013-05-01 to 2013-10-31. */
    static List<ForecastRow> test(List<ForecastRow> rows) {
        return rows.stream()
                .filter(row -> row.seconds() > TEST_START && row.seconds() <= TEST_END)
                .toList();
    }

    private static long at(String local) {
        return LocalDateTime.parse(local).toEpochSecond(NerrsStation.EST);
    }
}
