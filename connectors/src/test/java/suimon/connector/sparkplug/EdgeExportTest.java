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
import suimon.connector.mqtt.NodeListener;
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
        try (ExportPump pump = edge(null)) {
            site.commit("pen1/do", "mg/L", new Value.Float64(1), Grade.GOOD, Instant.now());
            awaitState(pump, "up");
            broker.stop();
            awaitState(pump, "check the broker");
            site.commit("pen1/do", "mg/L", new Value.Float64(2), Grade.GOOD, Instant.now());
            broker.start();
            awaitState(pump, "up");

            // A host that comes late asks for the birth as soon as it hears of a node it doesn't know.
            try (TahuHost host = new TahuHost(broker.port(), "tahu")) {
                for (int value = 3; host.heard().stream().noneMatch(line -> line.startsWith("DBIRTH")); value++) {
                    site.commit("pen1/do", "mg/L", new Value.Float64(value), Grade.GOOD, Instant.now());
                    assertThat(value).as("tries; Tahu heard %s", host.heard()).isLessThan(600);
                    LockSupport.parkNanos(100_000_000);
                }
                site.commit("pen1/do", "mg/L", new Value.Float64(0.25), Grade.GOOD, Instant.now());
                host.await(heard -> heard.contains("data " + NODE + "/pen1 do=0.25"));
            }
        }
    }

    @Test
    void whatSparkplugPayloadOfNpmReads() throws Exception {
        Instant now = Instant.now();
        site.commit("pen1/do", "mg/L", new Value.Float64(-0.0), Grade.GOOD, now.minus(Duration.ofDays(1)));
        site.commit("note", "", new Value.Text("水門 \"1\""), Grade.GOOD, now);
        site.commit("pen1/pump", "", new Value.Bool(false), Grade.GOOD, now);
        try (NodeListener listener = new NodeListener("node-sparkplug", "host.mjs", broker.port(), folder);
                ExportPump pump = edge(null)) {
            List<String> heard = listener.await("DDATA 3 Boolean false");

            assertThat(heard).contains("NBIRTH bdSeq Int64 0 - live", "NBIRTH Node Control/Rebirth Boolean false - live",
                    "NBIRTH note String 水門 \"1\" - live", "DBIRTH do Double 0 mg/L live",
                    "DBIRTH pump Boolean false - live", "DDATA 1 Double 0 - historical",
                    "NDATA 2 String 水門 \"1\" - live");
            awaitState(pump, "up");
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
