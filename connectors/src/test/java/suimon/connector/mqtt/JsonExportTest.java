package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.backhaul.ExportPump;
import suimon.reading.Grade;
import suimon.reading.Value;

/** JSON and CloudEvents at Mosquitto, read by the CloudEvents SDK of npm. */
class JsonExportTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder = Path.of("");

    private Mosquitto broker;
    private ExportSite site;

    @BeforeEach
    void start() throws Exception {
        broker = new Mosquitto(folder.resolve("broker")).start();
        site = new ExportSite(folder);
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloudevents", "cloudevents-structured"})
    void theSdkOfCloudEventsReadsThem(String format) throws Exception {
        site.commit("pen1/do", "mg/L", new Value.Float64(6.5), Grade.SUSPECT, AT);
        try (NodeListener listener = new NodeListener("node-mqtt", "cloudevents.mjs", broker.port(), folder);
                ExportPump pump = start(format)) {
            assertThat(listener.await("EVENT")).containsExactly("EVENT suimon.reading.v1 /suimon/pen-1 pen1/do"
                    + " pen1/do@1767225600000000000/1767225600000000000"
                    + " {\"ts\":1767225600000,\"value\":6.5,\"grade\":3,\"unit\":\"mg/L\"}");
            assertThat(pump.standing().name()).isEqualTo("city");
        }
    }

    @Test
    void nothingIsMissingAfterTheBrokerWasAway() throws Exception {
        try (ExportPump pump = start("json")) {
            site.commit("pen1/do", "mg/L", new Value.Float64(1), Grade.GOOD, AT);
            await(pump, "up");
            broker.stop();
            site.commit("pen1/do", "mg/L", new Value.Float64(2), Grade.GOOD, AT.plusSeconds(1));
            await(pump, "check the broker");
            broker.start();
            await(pump, "up");
            site.commit("pen1/do", "mg/L", new Value.Float64(3), Grade.GOOD, AT.plusSeconds(2));
            long end = System.nanoTime() + 60_000_000_000L;
            while (pump.standing().behind() > 0 || !pump.standing().isUp()) {
                assertThat(System.nanoTime()).as(pump.standing().toString()).isLessThan(end);
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private ExportPump start(String format) {
        JsonExportSettings settings = new JsonExportSettings("city", URI.create("mqtt://127.0.0.1:" + broker.port()),
                null, null, null, null, "suimon/{site}/values/{series}", "suimon/{site}/alarms/{rule}", format,
                List.of(), true, false, Duration.ofSeconds(30));
        return site.start(settings, context -> new JsonExport(settings, context));
    }

    private static void await(ExportPump pump, String words) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!pump.standing().state().contains(words)) {
            assertThat(System.nanoTime()).as(pump.standing().state()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
