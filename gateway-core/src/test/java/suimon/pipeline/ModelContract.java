package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every model owes its caller. */
public abstract class ModelContract {
    /** Vector instructions round the tail of a batch otherwise than its body. */
    private static final float LAST_DIGITS = 1e-5f;

    /** A model that is closed by the test. */
    protected abstract Model open() throws Exception;

    @Test
    void aBatchGivesWhatEachWindowGivesAlone() throws Exception {
        try (Model model = open()) {
            List<Window> windows = windows(model.contract(), 33);

            float[][] together = model.run(windows);

            for (int index = 0; index < windows.size(); index++) {
                assertThat(together[index]).hasSize(model.contract().outputs().size());
                assertThat(model.run(windows.subList(index, index + 1))[0])
                        .containsExactly(together[index], within(LAST_DIGITS));
            }
        }
    }

    @Test
    void theOrderOfABatchDoesNotMatter() throws Exception {
        try (Model model = open()) {
            List<Window> windows = new ArrayList<>(windows(model.contract(), 16));
            float[][] forward = model.run(windows);

            Collections.reverse(windows);
            float[][] backward = model.run(windows);

            for (int index = 0; index < forward.length; index++) {
                assertThat(backward[forward.length - 1 - index]).containsExactly(forward[index], within(LAST_DIGITS));
            }
        }
    }

    @Test
    void itTakesAsManyWindowsAsItsLimitSays() throws Exception {
        try (Model model = open()) {
            assertThat(model.run(windows(model.contract(), Model.WINDOWS_MAX))).hasNumberOfRows(Model.WINDOWS_MAX);
        }
    }

    @Test
    void aWindowWithNothingInItGivesNumbers() throws Exception {
        try (Model model = open()) {
            int size = model.contract().steps() * model.contract().inputs().size();
            Window empty = new Window(0, new float[size], new float[size], new float[] {0, 1});

            for (float output : model.run(List.of(empty))[0]) {
                assertThat(output).isFinite();
            }
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        Model model = open();
        model.close();
        model.close();
    }

    private static List<Window> windows(Contract contract, int count) {
        Random random = new Random(4711);
        int size = contract.steps() * contract.inputs().size();
        List<Window> windows = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            float[] values = new float[size];
            float[] mask = new float[size];
            for (int place = 0; place < size; place++) {
                mask[place] = random.nextInt(5) == 0 ? 0 : 1;
                values[place] = mask[place] * random.nextFloat(0, 20);
            }
            windows.add(new Window(0, values, mask, new float[] {random.nextInt(24), 1 + random.nextInt(366)}));
        }
        return windows;
    }
}
