package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.LongStream;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.simulator.Historian;
import suimon.connector.simulator.HistorianServer;
import suimon.store.Books;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/** A plant's OPC UA server restarts while the gateway runs, and the gateway is killed. */
final class OpcUaServerRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Instant START = Instant.parse("2026-07-01T00:00:00Z");
    private static final int ROUNDS = 6;

    @TempDir
    Path scratch;

    private final Historian historian = new Historian();
    private final HistorianServer.Keys keys = HistorianServer.Keys.make();
    private final int port = Site.freePort();
    private long last;

    @Test
    void whatItMeasuredMeanwhileComesFromItsHistoryAndNothingTwice() throws Exception {
        long seed = 91;
        Random random = new Random(seed);
        Site site = new Site(scratch.resolve("site")).sources(source());
        HistorianServer server = serve();
        server.publish("flow", nth(0));
        Child gateway = site.start();
        try {
            awaitStored(site, 1, gateway);
            for (int round = 0; round < ROUNDS; round++) {
                publish(server, 1 + random.nextInt(300));
                if (round % 2 == 0) {
                    server.close();
                    for (int away = random.nextInt(300); away >= 0; away--) {
                        historian.keep("flow", nth(++last));
                    }
                    server = serve();
                } else {
                    gateway.kill();
                    publish(server, 1 + random.nextInt(300));
                    gateway = site.start();
                }
                publish(server, 1 + random.nextInt(50));
            }
            awaitStored(site, last + 1, gateway);
            gateway.stop(PATIENCE);
        } finally {
            gateway.close();
            server.close();
        }

        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        assertThat(contents.numbers("main/flow").stream().sorted().toList()).as("seed=%d", seed)
                .isEqualTo(LongStream.rangeClosed(0, last).boxed().toList());
        assertThat(contents.gaps()).as("seed=%d", seed).isEmpty();
        assertThat(contents.differences()).as("seed=%d", seed).isEmpty();
    }

    private HistorianServer serve() {
        HistorianServer server = new HistorianServer(HistorianServer.Setup.open(port, keys), historian);
        server.add("flow");
        return server;
    }

    private void publish(HistorianServer server, int values) {
        for (int left = values; left > 0; left--) {
            server.publish("flow", nth(++last));
        }
    }

    private static void awaitStored(Site site, long count, Child gateway) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (stored(site) < count) {
            assertThat(gateway.isAlive() && System.nanoTime() < end)
                    .as("%d of %d%n%s", stored(site), count, gateway.output()).isTrue();
            Pauses.brief();
        }
    }

    private static long stored(Site site) {
        try {
            return Ledger.read(site.data()).books().series().values().stream()
                    .mapToLong(Books.SeriesBook::stored).sum();
        } catch (StoreFailed notYet) {
            return 0;
        }
    }

    private String source() {
        return """
                - kind: opcua
                  name: plant
                  endpoint: opc.tcp://127.0.0.1:%d
                  security: none
                  publishingInterval: 50ms
                  samplingInterval: 0s
                  queueSize: 1000
                  nodes:
                    - {node: "nsu=urn:suimon:simulator;s=flow", series: main/flow}
                """.formatted(port);
    }

    private static DataValue nth(long number) {
        DateTime at = new DateTime(START.plusSeconds(number));
        return new DataValue(new Variant((double) number), StatusCode.GOOD, at, at);
    }
}
