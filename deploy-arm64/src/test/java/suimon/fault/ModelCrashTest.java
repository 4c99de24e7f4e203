package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.AlarmEvent.Kind;

/** A model that takes the process down while it is loaded costs its forecasts and nothing else. */
final class ModelCrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECTIONS = """
            series:
              pen1/oxygen: {unit: mg/L, every: 1h}
              pen1/temperature: {unit: Cel, every: 1h}
              pen1/salinity: {unit: "[ppth]", every: 1h}
            models:
              - name: pen1-hypoxia
                packageName: hypoxia
                inputs:
                  dissolvedOxygen: pen1/oxygen
                  temperature: pen1/temperature
                  salinity: pen1/salinity
                outputs: pen1/forecast
            alarms:
              - name: low-oxygen
                series: pen1/oxygen
                severity: alert
                below: 3
                action: {ja: 酸素を入れる。, en: Start the aerator.}
            """;

    @TempDir
    Path scratch;

    @Test
    void theThirdStartComesUpWithoutTheModelThatKillsAndSaysSo() throws Exception {
        Site site = new Site(scratch.resolve("site")).with(SECTIONS);
        PowerCut poison = PowerCut.between(site.data(), scratch.resolve("report"), 1, 0, 0)
                .with("POWERCUT_POISON", "/libonnxruntime.so");
        for (int start = 1; start <= 2; start++) {
            try (Child gateway = site.begin(poison.environment())) {
                gateway.awaitEnd(PATIENCE);
                assertThat(poison.reportLines()).as("start %d%n%s", start, gateway.output())
                        .anyMatch(line -> line.startsWith("poison "));
            }
        }

        Map<String, String> environment = poison.environment();
        try (Child gateway = site.begin(environment)) {
            site.awaitListening(gateway);
            try (RawMqtt device = RawMqtt.connected(site.mqttPort(), "pen1", true)) {
                device.patience(60_000);
                device.publish("pen1/oxygen/timed",
                        "{\"v\": 1, \"t\": \"%s\"}".formatted(Instant.now()), 1, false);
                assertThat(device.readOne().type()).isEqualTo(RawMqtt.PUBACK);
            }
            assertThat(gateway.isAlive()).isTrue();
            gateway.stop(PATIENCE);
        }

        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        assertThat(contents.alarms()).anySatisfy(event -> {
            assertThat(event.rule()).isEqualTo("low-oxygen");
            assertThat(event.kind()).isEqualTo(Kind.ACTIVATED);
        });
        assertThat(contents.alarms()).anySatisfy(event -> {
            assertThat(event.rule()).startsWith("gateway/");
            assertThat(event.message().en()).contains("pen1-hypoxia");
        });
    }

    /** Control: without the poison the same configuration loads its model. */
    @Test
    void theSameModelLoadsWhereNothingKills() throws Exception {
        Site site = new Site(scratch.resolve("site")).with(SECTIONS);
        try (Child gateway = site.start()) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!gateway.output().contains("self-test passed") && System.nanoTime() < end) {
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
            assertThat(gateway.output()).contains("model=pen1-hypoxia").contains("self-test passed");
            gateway.stop(PATIENCE);
        }

        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        assertThat(contents.alarms()).isEmpty();
    }
}
