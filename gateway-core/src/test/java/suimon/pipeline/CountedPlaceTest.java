package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.pipeline.CountedSite.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import suimon.config.ModelConfig;
import suimon.reading.Series;
import suimon.reading.Words;

class CountedPlaceTest {
    private final TestModel model = new TestModel(TestModel.fourReadings());
    private final List<ModelPlace.Feed> pens = new ArrayList<>();
    private CountedPlace place;

    @BeforeEach
    void threePensAreJudged() {
        ModelConfig config =
                new ModelConfig("knock", "count", null, Map.of("value", "{pen}/pressure"), "knock/{pen}");
        place = new CountedPlace(new Insight.Placement(config, model),
                (name, title, unit, period) -> new Series(9, name, title, unit, period), series -> 0);
        for (int pen = 1; pen <= 3; pen++) {
            pens.addAll(place.feeds(new Series(pen, "pen" + pen + "/pressure", Words.same("P"), "kPa", 0)));
        }
    }

    @Test
    void whileThinningTheNewestWindowOfASeriesTakesTheStepOfItsLast() {
        place.thin(true);

        readTwo(1, 1);
        readTwo(2, 1);
        readTwo(1, 3);

        assertThat(taken()).containsExactly("knock/pen1@4", "knock/pen2@2");
        readTwo(1, 5);
        assertThat(taken()).containsExactly("knock/pen1@6");
    }

    /** Pen 1 waited in the first place before, which is pen 3's now. */
    @Test
    void whoBeginsToThinTakesNoWindowThatWasRunForOneThatWaits() {
        readTwo(1, 1);
        readTwo(2, 1);
        assertThat(taken()).hasSize(2);
        place.thin(true);

        readTwo(3, 3);
        readTwo(1, 3);
        readTwo(2, 3);

        assertThat(taken()).containsExactly("knock/pen3@4", "knock/pen1@4", "knock/pen2@4");
    }

    /** And what was kept while thinning is not kept beyond it. */
    @Test
    void whoBeginsToThinAgainTakesNoWindowOfTheTimeBetweenForOneThatWaits() {
        place.thin(true);
        readTwo(1, 1);
        readTwo(2, 1);
        place.thin(false);
        readTwo(2, 3);
        assertThat(taken()).containsExactly("knock/pen1@2", "knock/pen2@2", "knock/pen2@4");
        place.thin(true);

        readTwo(3, 5);
        readTwo(1, 5);
        readTwo(2, 5);

        assertThat(taken()).containsExactly("knock/pen3@6", "knock/pen1@6", "knock/pen2@6");
    }

    /** Every second reading makes a window due. */
    private void readTwo(int pen, int second) {
        for (int at = second; at < second + 2; at++) {
            pens.get(pen - 1).observe(at, at * SECOND, at * SECOND, at, true);
        }
    }

    private List<String> taken() {
        List<ModelPlace.Job> jobs = new ArrayList<>();
        place.takeDue(jobs);
        return jobs.stream().map(job -> job.prefix() + "@" + job.window().endNanos() / SECOND).toList();
    }
}
