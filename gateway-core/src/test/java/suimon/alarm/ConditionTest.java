package suimon.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import suimon.reading.AlarmEvent.Kind;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

class ConditionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Rule LOW = new Rule("low", "pen1/do", Severity.ALERT, new Rule.Below(3, 0.5),
            Duration.ofSeconds(60), Duration.ofSeconds(30), false, Words.same("low"), Words.same("look"));

    private Condition condition = Condition.NORMAL;

    @Test
    void alarmStaysQuietUntilTheOnDelayIsOver() {
        assertThat(observe(2.9, 0)).isNull();
        assertThat(observe(2.8, 59)).isNull();

        assertThat(observe(2.8, 60)).isEqualTo(Kind.ACTIVATED);
        assertThat(condition.state().active()).isTrue();
        assertThat(condition.state().acknowledged()).isFalse();
    }

    @Test
    void aShortRecoveryStartsTheOnDelayAgain() {
        observe(2.9, 0);
        observe(3.6, 30);

        assertThat(observe(2.9, 61)).isNull();
    }

    @Test
    void aValueInsideTheDeadbandStartsTheOnDelayAgain() {
        observe(2.9, 0);
        observe(3.2, 30);

        assertThat(observe(2.9, 61)).isNull();
        assertThat(observe(2.9, 121)).isEqualTo(Kind.ACTIVATED);
    }

    @Test
    void betweenLimitAndDeadbandNothingChanges() {
        activate();

        assertThat(observe(3.2, 100)).isNull();
        assertThat(observe(3.2, 500)).isNull();
        assertThat(condition.state().active()).isTrue();
    }

    @Test
    void alarmClearsWhenTheOffDelayIsOver() {
        activate();

        assertThat(observe(3.6, 100)).isNull();
        assertThat(observe(3.6, 130)).isEqualTo(Kind.CLEARED);
        assertThat(condition.state().isRetained()).as("not acknowledged yet").isTrue();
    }

    @Test
    void acknowledgingTwiceHappensOnce() {
        activate();

        Condition.Step first = condition.acknowledge();

        assertThat(first.happened()).contains(Kind.ACKNOWLEDGED);
        assertThat(first.condition().acknowledge().happened()).isEmpty();
    }

    @Test
    void aLatchedAlarmStaysUntilItIsAcknowledgedAfterTheEvidenceIsGone() {
        Rule latched = new Rule("low", "pen1/do", Severity.ALERT, new Rule.Below(3, 0), Duration.ZERO,
                Duration.ZERO, true, Words.same("low"), Words.same("look"));
        condition = condition.observe(latched, Evidence.BREACHED, 0).condition();
        condition = condition.acknowledge().condition();
        condition = condition.observe(latched, Evidence.CLEAR, SECOND).condition();

        assertThat(condition.state().isRetained()).isTrue();
        assertThat(condition.acknowledge().condition().state().isRetained()).isFalse();
    }

    @Test
    void conditionComesBackFromItsBytes() {
        activate();
        observe(3.6, 100);

        assertThat(Condition.ofBytes(condition.toBytes())).isEqualTo(condition);
    }

    private void activate() {
        observe(2.9, 0);
        observe(2.9, 60);
    }

    private @org.jspecify.annotations.Nullable Kind observe(double value, long second) {
        Condition.Step step = condition.observe(LOW, LOW.judge(value, Double.NaN, 0), second * SECOND);
        condition = step.condition();
        return step.happened().orElse(null);
    }
}
