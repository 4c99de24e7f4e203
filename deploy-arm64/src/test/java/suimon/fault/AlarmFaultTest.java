package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.AlarmEvent.Kind;

/** An alarm is raised by its reading, once, whatever happens to the gateway at that moment. */
final class AlarmFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RULE = """
            series:
              pen1/oxygen: {unit: mg/L}
              pen1/fast: {unit: mg/L}
            alarms:
              - name: low-oxygen
                series: pen1/oxygen
                severity: alert
                below: 3
                action: {ja: 酸素を入れる。, en: Start the aerator.}
              - name: fast-oxygen
                series: pen1/fast
                severity: caution
                ratePerHour: 1
                action: {ja: 見に行く。, en: Go and look.}
              - name: low-fast
                series: pen1/fast
                severity: caution
                below: 3
                action: {ja: 見に行く。, en: Go and look.}
            """;

    @TempDir
    Path scratch;

    /** A step in an alarm's life, with the measured time of the reading that caused it. */
    private record Step(Kind kind, Instant at) {}

    @Test
    void aKillBetweenReadingAndAlarmLosesAndDoublesNoAlarm() throws Exception {
        long seed = 4_711;
        Random random = new Random(seed);
        Instant begin = Instant.now().minus(Duration.ofMinutes(5));
        // However slow the machine is, no reading is late.
        Site site = new Site(scratch.resolve("site")).data("lateAfter: 2h\n").with(RULE);
        try (Sender sender = new Sender(site.mqttPort(), "pen1", 8, Duration.ofMillis(1),
                number -> oxygen(begin, number))) {
            for (int round = 0; round < 10; round++) {
                try (Child gateway = site.start()) {
                    sender.awaitAcknowledged(
                            sender.acknowledgedCount() + 1 + random.nextInt(300), PATIENCE);
                    gateway.kill();
                }
            }
            try (Child gateway = site.start()) {
                assertThat(sender.finish(PATIENCE)).as("seed=%d all acknowledged", seed).isTrue();
                gateway.stop(PATIENCE);
            }
        }

        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        List<Step> expected = expected(contents.readings().getOrDefault("pen1/oxygen", List.of()));
        assertThat(expected).as("seed=%d", seed).hasSizeGreaterThan(10);
        assertThat(steps(contents, "low-oxygen")).as("seed=%d", seed).isEqualTo(expected);
    }

    @Test
    void aMonthOfBackfillRaisesNoAlarm() throws Exception {
        int readings = 30 * 24 * 6;
        Instant begin = Instant.now().minus(Duration.ofDays(31));
        Site site = new Site(scratch.resolve("site")).with(RULE);
        try (Child gateway = site.start();
                Sender sender = new Sender(site.mqttPort(), "pen1", 64, Duration.ZERO, number -> number > readings
                        ? message("fast", 1, Instant.now())
                        : message("fast", number % 7, begin.plus(Duration.ofMinutes(10 * number))))) {
            sender.awaitAcknowledged(readings + 1, PATIENCE);
            assertThat(sender.finish(PATIENCE)).isTrue();
            gateway.stop(PATIENCE);
        }

        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        assertThat(contents.readings().get("pen1/fast")).hasSizeGreaterThan(readings);
        assertThat(contents.alarms()).extracting(event -> event.rule()).containsOnly("low-fast");
        assertThat(steps(contents, "low-fast")).as("the fresh reading alone").hasSize(1);
    }

    /** Mostly 8 mg/L; five of a hundred are too low. */
    private static Sender.Message oxygen(Instant begin, long number) {
        return message("oxygen", number % 100 < 5 ? 2 : 8, begin.plusMillis(10 * number));
    }

    private static Sender.Message message(String what, long value, Instant at) {
        return new Sender.Message(
                "pen1/" + what + "/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(value, at));
    }

    private static List<Step> steps(Contents contents, String rule) {
        return contents.alarms().stream().filter(event -> event.rule().equals(rule))
                .map(event -> new Step(event.kind(), event.at())).toList();
    }

    /** What the rule below 3 says of the readings in the order of the log. */
    private static List<Step> expected(List<Contents.Stored> readings) {
        List<Step> steps = new ArrayList<>();
        boolean isActive = false;
        for (Contents.Stored reading : readings) {
            boolean isLow = reading.value().asDouble() < 3;
            if (isLow != isActive) {
                Instant at = Instant.EPOCH.plusNanos(reading.measured());
                steps.add(new Step(isLow ? Kind.ACTIVATED : Kind.CLEARED, at));
                isActive = isLow;
            }
        }
        return steps;
    }
}
