package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.store.CaptureJob.Answer;
import suimon.store.CaptureJob.State;

class CaptureJobTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_795_000_000L * SECOND;
    private static final CaptureJob JOB = new CaptureJob("20261124T023000Z-1", START, 10, "local", START - SECOND,
            State.PLANNED, List.of(Answer.none("main/h1"), Answer.none("main/h2")));

    @Test
    void whatIsKeptComesBack() {
        CaptureJob job = JOB.with(State.LATE).with(List.of(block("main/h1", 0, 10, 5), Answer.none("main/h2")));

        assertThat(CaptureJob.of(job.toBytes())).isEqualTo(job);
    }

    @Test
    void overlapsAndWhatLiesOutsideCountOnce() {
        Answer answer = JOB.answer("main/h1", List.of(at(6, 12, 3), at(-2, 4, 1), at(2, 5, 2)));

        assertThat(answer.coveredNanos()).as("0 to 5 and 6 to 10").isEqualTo(9 * SECOND);
        assertThat(answer.syncErrorNanos()).isEqualTo(3);
        assertThat(JOB.isWhole(answer)).isFalse();
        assertThat(JOB.isWhole(block("main/h1", 0, 10, 3))).isTrue();
    }

    @Test
    void theWorstPairIsTheTwoGreatestErrorsAndUnknownWhereOneIs() {
        List<Answer> three = List.of(block("a", 0, 10, 20), block("b", 1, 10, 300), block("c", 0, 9, 100));

        assertThat(JOB.with(three).worstPairNanos()).isEqualTo(400);
        assertThat(JOB.with(three).togetherNanos()).isEqualTo(8 * SECOND);
        assertThat(JOB.with(List.of(three.get(0), block("b", 0, 10, -1))).worstPairNanos()).isNegative();
        assertThat(JOB.with(List.of(three.get(0), Answer.none("b"))).worstPairNanos()).isNegative();
        assertThat(JOB.togetherNanos()).isZero();
    }

    private static Answer block(String sensor, int from, int to, long error) {
        return JOB.answer(sensor, List.of(at(from, to, error)));
    }

    private static long[] at(int from, int to, long error) {
        return new long[] {START + from * SECOND, START + to * SECOND, error};
    }
}
