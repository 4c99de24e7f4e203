package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.pipeline.CountedSite.results;
import static suimon.pipeline.CountedSite.store;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Log;

class CountedWindowsTest {
    @TempDir
    Path folder;

    private final TestModel model = new TestModel(TestModel.fourReadings());

    @Test
    void everySecondReadingOfEachMatchingSeriesRunsItsNewestFour() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            store(log, "pen1/pressure", 1, 2, 3, 4, 5, 6);
            store(log, "pen2/pressure", 11, 12);
            store(log, "pen2/temperature", 21, 22, 23, 24);

            insight(log).runUntilIdle();

            assertThat(results(log)).containsExactly(
                    "knock/pen1/newest@2:2.0", "knock/pen1/sum@2:3.0",
                    "knock/pen1/newest@4:4.0", "knock/pen1/sum@4:10.0",
                    "knock/pen1/newest@6:6.0", "knock/pen1/sum@6:18.0",
                    "knock/pen2/newest@12:12.0", "knock/pen2/sum@12:23.0");
            assertThat(model.batches).containsExactly(4);
        }
    }

    @Test
    void afterARestartTheSameReadingsAreTheSecondOnesAndWindowsAreWhole() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            store(log, "pen1/pressure", 1, 2, 3);
            store(log, "pen1/pressure", 4, 5);
            insight(log).runUntilIdle();
        }

        try (Log log = CountedSite.open(folder)) {
            insight(log).runUntilIdle();
            store(log, "pen1/pressure", 6, 7, 8);
            insight(log).runUntilIdle();

            assertThat(results(log)).filteredOn(each -> each.contains("sum")).containsExactly(
                    "knock/pen1/sum@2:3.0", "knock/pen1/sum@4:10.0", "knock/pen1/sum@6:18.0",
                    "knock/pen1/sum@8:26.0");
        }
    }

    @Test
    void aReadingThatComesLateIsCountedButStaysOutOfTheWindow() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            store(log, "pen1/pressure", 1, 2, 4, 3, 5, 6);

            insight(log).runUntilIdle();

            assertThat(results(log)).filteredOn(each -> each.contains("sum"))
                    .containsExactly("knock/pen1/sum@2:3.0", "knock/pen1/sum@4:7.0", "knock/pen1/sum@6:17.0");
        }
    }

    @Test
    void whatAModelMakesIsNotTakenForAnInput() throws Exception {
        try (Log log = CountedSite.open(folder)) {
            store(log, "pen1/pressure", 1, 2, 3, 4);
            Insight insight = insight(log);
            insight.runUntilIdle();

            insight.runUntilIdle();

            assertThat(results(log)).hasSize(4);
            assertThat(insight.status()).extracting(ModelStatus::state).containsExactly(ModelStatus.State.RUNNING);
        }
    }

    private Insight insight(Log log) {
        return CountedSite.insight(log, model, new Preview(), new Results(List.of()));
    }
}
