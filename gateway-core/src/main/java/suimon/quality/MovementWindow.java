package suimon.quality;

import suimon.config.GradeConfig.AttenuatedSignal;
import suimon.reading.Grade;
import suimon.reading.QualityTest;

/**
 * The attenuated signal test as values come: keeps the values of its time, {@link Qartod#WINDOW_MAX}
 * at most, beyond which the oldest goes. One thread.
 */
final class MovementWindow implements ValueTest {
    private final AttenuatedSignal signal;
    private final long overNanos;
    /** Each ring twice, so that the newest values always lie in a row, newest first. */
    private double[] values = new double[32];
    private long[] times = new long[16];
    private int head;
    private int size;

    MovementWindow(AttenuatedSignal signal) {
        this.signal = signal;
        this.overNanos = signal.over().toNanos();
    }

    @Override
    public QualityTest name() {
        return QualityTest.ATTENUATED_SIGNAL;
    }

    @Override
    public Grade judge(Sample newest) {
        while (size > 0 && newest.measured - times[(head + size - 1) % times.length] >= overNanos) {
            size--;
        }
        if (!Thresholds.isMissing(newest.value)) {
            add(newest.value, newest.measured);
        }
        return Qartod.attenuatedSignal(movement(), size, signal);
    }

    private double movement() {
        return Qartod.movement(values, head, size, signal.movement());
    }

    private void add(double value, long at) {
        if (size == Qartod.WINDOW_MAX) {
            size--;
        }
        if (size == times.length) {
            grow();
        }
        head = (head + times.length - 1) % times.length;
        times[head] = at;
        values[head] = value;
        values[head + times.length] = value;
        size++;
    }

    private void grow() {
        double[] moreValues = new double[values.length * 2];
        long[] moreTimes = new long[times.length * 2];
        for (int index = 0; index < size; index++) {
            moreValues[index] = values[head + index];
            moreValues[index + moreTimes.length] = values[head + index];
            moreTimes[index] = times[(head + index) % times.length];
        }
        values = moreValues;
        times = moreTimes;
        head = 0;
    }
}
