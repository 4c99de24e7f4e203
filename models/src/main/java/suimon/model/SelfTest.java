package suimon.model;

import java.util.ArrayList;
import java.util.List;
import suimon.pipeline.Contract;
import suimon.pipeline.Model;
import suimon.pipeline.ModelFailed;
import suimon.pipeline.ModelRefused;
import suimon.pipeline.Window;

/**
 * Inputs with the outputs that the trainer got for them: another processor or another runtime must
 * give the same numbers, or the model is not the one that was evaluated.
 *
 * <p>The file has four lines per case, {@code values}, {@code mask}, {@code time} and
 * {@code outputs}, each with its numbers separated by commas; for windows of readings {@code time}
 * has none.
 */
record SelfTest(String place, List<Window> windows, List<float[]> expected) {
    /** More cases than these are refused; loading must stay quick. */
    static final int CASES_MAX = 64;

    static SelfTest parse(String place, Contract contract, String text) throws ModelRefused {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        int cases = lines.size() / 4;
        if (lines.size() % 4 != 0 || cases == 0 || cases > CASES_MAX) {
            throw new ModelRefused(place + ": found " + lines.size() + " lines, expected four for each of 1 to "
                    + CASES_MAX + " cases");
        }
        int size = contract.steps() * contract.inputs().size();
        List<Window> windows = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        for (int index = 0; index < cases; index++) {
            Numbers numbers = new Numbers(place, lines, index * 4);
            windows.add(new Window(0, numbers.of(0, "values", size), numbers.of(1, "mask", size),
                    numbers.of(2, "time", contract.countsReadings() ? 0 : Window.TIME_FEATURES)));
            expected.add(numbers.of(3, "outputs", contract.outputs().size()));
        }
        return new SelfTest(place, windows, expected);
    }

    /** Runs all cases together and one alone: the batch must not change a result. */
    void prove(Model model, double tolerance) throws ModelRefused, ModelFailed {
        float[][] together = model.run(windows);
        float[][] alone = model.run(windows.subList(0, 1));
        for (int index = 0; index < together.length; index++) {
            compare(index, together[index], tolerance, model.contract());
        }
        compare(0, alone[0], tolerance, model.contract());
    }

    private void compare(int index, float[] found, double tolerance, Contract contract)
            throws ModelRefused {
        float[] wanted = expected.get(index);
        for (int output = 0; output < wanted.length; output++) {
            // Written so that NaN fails.
            if (!(Math.abs(found[output] - wanted[output]) <= tolerance)) {
                throw new ModelRefused(place + ", case " + (index + 1) + ", output "
                        + contract.outputs().get(output).name() + ": this box gives " + found[output]
                        + ", expected " + wanted[output] + " within " + tolerance
                        + "; the model is not used here, copy the package again or report the processor");
            }
        }
    }

    private record Numbers(String place, List<String> lines, int first) {
        float[] of(int offset, String name, int count) throws ModelRefused {
            String[] cells = lines.get(first + offset).split(",");
            if (!cells[0].equals(name) || cells.length != count + 1) {
                throw new ModelRefused(place + ":" + (first + offset + 1) + ": found " + cells[0] + " with "
                        + (cells.length - 1) + " numbers, expected " + name + " with " + count);
            }
            float[] numbers = new float[count];
            for (int index = 0; index < count; index++) {
                try {
                    numbers[index] = Float.parseFloat(cells[index + 1]);
                } catch (NumberFormatException e) {
                    throw new ModelRefused(place + ":" + (first + offset + 1) + ": found '"
                            + cells[index + 1] + "', expected a number", e);
                }
            }
            return numbers;
        }
    }
}
