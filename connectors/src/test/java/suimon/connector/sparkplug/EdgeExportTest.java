package suimon.connector.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.ExportPump;
import suimon.connector.mqtt.ExportSite;
import suimon.connector.mqtt.Mosquitto;
import suimon.reading.Grade;
import suimon.reading.Value;

/** Our edge node beside Eclipse Tahu's host application, with Mosquitto between them. */
class EdgeExportTest {
    private static final String NODE = "Pens/pen-1";

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

    @Test
    void aHostApplicationSeesBirthsWithUnitsThenDataByAliasThenDeath() throws Exception {
        site.commit("pen1/do", "mg/L", new Value.Float64(6.5), Grade.GOOD, Instant.now());
        try (TahuHost host = new TahuHost(broker.port(), "tahu")) {
            try (ExportPump pump = edge(null)) {
                host.await(heard -> heard.contains("DBIRTH " + NODE + "/pen1"));
                assertThat(host.heard()).contains("birth " + NODE + "/pen1 do=6.5 engUnit=mg/L");

                site.commit("pen1/do", "mg/L", new Value.Decimal(625, 2), Grade.GOOD, Instant.now());
                host.await(heard -> heard.contains("data " + NODE + "/pen1 do=6.25"));
                site.commit("pen1/do", "mg/L", new Value.Int64(99), Grade.FAIL, Instant.now());
                host.await(heard -> heard.contains("data " + NODE + "/pen1 do=99.0 Quality=0 QARTOD=4")
                        || heard.contains("data " + NODE + "/pen1 do=99.0 QARTOD=4 Quality=0"));

                // A series that no birth told of brings another birth before its value.
                site.commit("gate", "", new Value.Bool(true), Grade.GOOD, Instant.now());
                host.await(heard -> heard.contains("data " + NODE + " gate=true"));
                assertThat(host.heard()).filteredOn(line -> line.equals("NBIRTH " + NODE)).hasSize(2);
                assertThat(host.heard()).noneMatch(line -> line.startsWith("NDEATH"));
                assertThat(pump.standing().isUp()).isTrue();
            }
            host.await(heard -> heard.contains("NDEATH " + NODE));
        }
    }

    @Test
    void whileThePrimaryHostIsAwayDataWaitsAndComesAsHistory() throws Exception {
        Instant before = Instant.now().minus(Duration.ofHours(2));
        site.commit("pen1/do", "mg/L", new Value.Float64(1), Grade.GOOD, before);
        try (ExportPump pump = edge("tahu")) {
            site.commit("pen1/do", "mg/L", new Value.Float64(2), Grade.GOOD, before.plusSeconds(60));
            awaitState(pump, "the primary host tahu is not there");
            assertThat(pump.standing().behind()).isPositive();

            try (TahuHost host = new TahuHost(broker.port(), "tahu")) {
                host.await(heard -> heard.contains("data " + NODE + "/pen1 do=2.0 historical"));
                List<String> heard = host.heard();
                assertThat(heard.indexOf("NBIRTH " + NODE)).isNotNegative()
                        .isLessThan(heard.indexOf("data " + NODE + "/pen1 do=1.0 historical"));
                site.commit("pen1/do", "mg/L", new Value.Float64(3), Grade.GOOD, Instant.now());
                host.await(all -> all.contains("data " + NODE + "/pen1 do=3.0"));
            }
            awaitState(pump, "the primary host tahu is not there");
        }
    }

    @Test
    void whatCameWhileTheBrokerWasAwayIsToldByTheNextSession() throws Exception {
        try (TahuHost host = new TahuHost(broker.port(), "tahu"); ExportPump pump = edge(null)) {
            site.commit("pen1/do", "mg/L", new Value.Float64(1), Grade.GOOD, Instant.now());
            host.await(heard -> heard.contains("data " + NODE + "/pen1 do=1.0"));
            broker.stop();
            site.commit("pen1/do", "mg/L", new Value.Float64(2), Grade.GOOD, Instant.now());
            awaitState(pump, "check the broker");
            broker.start();

            host.await(heard -> heard.stream().anyMatch(line -> line.startsWith("data " + NODE + "/pen1 do=2.0")));
        }
    }

    private ExportPump edge(@Nullable String host) {
        EdgeSettings settings = new EdgeSettings("scada", URI.create("mqtt://127.0.0.1:" + broker.port()), null, null,
                null, null, "Pens", null, true, host, List.of(), true, false, Duration.ofSeconds(30));
        return site.start(settings, context -> new EdgeExport(settings, context));
    }

    private static void awaitState(ExportPump pump, String words) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!pump.standing().state().contains(words)) {
            assertThat(System.nanoTime()).as(pump.standing().state()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
