package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.START;
import static suimon.connector.opcua.OpcUaFixture.nanos;
import static suimon.connector.opcua.OpcUaFixture.nth;
import static suimon.connector.opcua.OpcUaFixture.value;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.ULong;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.simulator.HistorianServer;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.reading.Value;

class OpcUaSourceTest {
    @TempDir Path folder;
    private OpcUaFixture site;

    @BeforeEach
    void open() throws Exception {
        site = new OpcUaFixture(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void eachValueArrivesWithItsTypeItsStatusAndItsSourceTime() throws Exception {
        HistorianServer server = site.serve();
        server.add("typed", NodeIds.BaseDataType, false);
        server.publish("typed", value(true, START));
        site.start(site.draft("typed"));
        site.await("the first value", () -> !site.committed.of("typed").isEmpty());

        List<Object> raw = List.of((byte) -1, (short) -2, -3, -4L, ULong.valueOf("18446744073709551615"),
                UShort.valueOf(65535), 0.1f, 0.1, "text", new DateTime(START));
        for (int n = 0; n < raw.size(); n++) {
            server.publish("typed", value(raw.get(n), START.plusSeconds(n + 1)));
        }
        DateTime tick = new DateTime(Instant.parse("2026-07-01T01:00:00.123456700Z"));
        StatusCode uncertain = new StatusCode(StatusCodes.Uncertain_LastUsableValue);
        server.publish("typed", new DataValue(Variant.NULL_VALUE, uncertain, tick, UShort.valueOf(4200), tick, null));
        site.await("all", () -> site.committed.of("typed").size() == raw.size() + 2);

        List<Sample> found = site.committed.of("typed");
        assertThat(found).extracting(Sample::value).containsExactly(
                new Value.Bool(true), new Value.Int64(-1), new Value.Int64(-2), new Value.Int64(-3),
                new Value.Int64(-4), new Value.UInt64(-1), new Value.Int64(65535),
                new Value.Float32(0.1f), new Value.Float64(0.1), new Value.Text("text"),
                new Value.Text("2026-07-01T00:00:00Z"), new Value.None());
        assertThat(found.getFirst().measuredNanos()).isEqualTo(nanos(0));
        assertThat(found.getLast().measuredNanos()).isEqualTo(nanos(3600) + 123_456_742);
        assertThat(found.getLast().status()).isEqualTo((int) StatusCodes.Uncertain_LastUsableValue);
    }

    @Test
    void anEqualValueWithANewerTimeIsReported() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", value(5.0, START));
        site.start(site.draft("flow"));
        site.await("the first value", () -> site.committed.of("flow").size() == 1);

        server.publish("flow", value(5.0, START.plusSeconds(1)));

        site.await("the second", () -> site.committed.of("flow").size() == 2);
    }

    @Test
    void changesWithinTheDeadbandAreLeftOut() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", value(5.0, START));
        Draft draft = site.draft("flow");
        draft.deadband = 0.5;
        site.start(draft);
        site.await("the first value", () -> site.committed.of("flow").size() == 1);

        server.publish("flow", value(5.4, START.plusSeconds(1)));
        server.publish("flow", value(5.6, START.plusSeconds(2)));
        site.await("the second", () -> site.committed.of("flow").size() >= 2);

        assertThat(site.committed.of("flow")).extracting(Sample::value)
                .containsExactly(new Value.Float64(5.0), new Value.Float64(5.6));
    }

    @Test
    void aWrongNodeIsOutAloneAndSaysSo() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", nth(0));
        Draft draft = site.draft("flow", "missing");
        draft.nodes.add(new NodeSettings("ns=2,s=typo", "typo"));
        draft.nodes.add(new NodeSettings("nsu=urn:elsewhere;s=x", "elsewhere"));

        OpcUaSource source = site.start(draft);
        site.await("the good node", () -> !site.committed.of("flow").isEmpty());
        site.await("the gaps", () -> site.committed.gaps().size() == 3);

        assertThat(source.progress().state()).startsWith("subscribed to 1 of 4 nodes")
                .contains("Bad_NodeIdUnknown", "not a node id", "no namespace of this name");
        assertThat(source.progress().healthy()).isFalse();
        assertThat(site.committed.gaps()).extracting(Delivery.Lost::series)
                .containsExactlyInAnyOrder("missing", "typo", "elsewhere");
        assertThat(site.committed.gaps()).extracting(Delivery.Lost::to).containsOnlyNulls();
    }

    @Test
    void aServerThatAnnouncesANameOnlyItKnowsIsReachedAtTheConfiguredAddress() throws Exception {
        site.setup = new HistorianServer.Setup(
                site.port, "plc-7.plant.invalid", OpcUaFixture.KEYS, java.util.Map.of(), any -> false);
        site.serve("flow").publish("flow", nth(0));

        site.start(site.draft("flow"));

        site.await("a value", () -> !site.committed.of("flow").isEmpty());
    }

    @Test
    void aFullServerQueueIsRecordedAsAGapWhereThereIsNoHistory() throws Exception {
        HistorianServer server = site.serve();
        server.add("flow", NodeIds.Double, false);
        server.publish("flow", nth(0));
        Draft draft = site.draft("flow");
        draft.queueSize = 5;
        draft.publishing = Duration.ofMillis(500);
        site.start(draft);
        site.await("the first value", () -> !site.committed.of("flow").isEmpty());

        IntStream.rangeClosed(1, 100).forEach(n -> server.publish("flow", nth(n)));
        site.await("the last value", () -> site.committed.newest("flow") == nanos(100));
        site.await("the gap", () -> !site.committed.gaps().isEmpty());

        Delivery.Lost gap = site.committed.gaps().getFirst();
        assertThat(gap.reason()).contains("queue overflowed", "Bad_HistoryOperationUnsupported");
        assertEveryMissingValueLiesInAGap("flow", 100);
        assertThat(site.committed.of("flow")).allSatisfy(one -> assertThat(one.status()).isZero());
    }

    @Test
    void aFullServerQueueIsFilledFromTheHistory() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", nth(0));
        Draft draft = site.draft("flow");
        draft.queueSize = 5;
        draft.publishing = Duration.ofMillis(500);
        draft.historyPage = 7;
        site.start(draft);
        site.await("the first value", () -> !site.committed.of("flow").isEmpty());

        IntStream.rangeClosed(1, 100).forEach(n -> server.publish("flow", nth(n)));

        site.await("all values", () -> site.committed.times("flow").size() == 101);
        assertThat(site.committed.gaps()).isEmpty();
    }

    @Test
    void aGatewayThatCannotKeepUpRecordsWhatItDropped() throws Exception {
        HistorianServer server = site.serve();
        server.add("flow", NodeIds.Double, false);
        server.publish("flow", nth(0));
        Draft draft = site.draft("flow");
        draft.queueSize = 100_000;
        site.start(draft);
        site.await("the first value", () -> !site.committed.of("flow").isEmpty());

        site.committed.stop(true);
        int last = LiveQueue.VALUES_MAX + 20_000;
        for (int n = 1; n <= last; n++) {
            server.publish("flow", nth(n));
            if (n % 5_000 == 0) {
                java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
            }
        }
        site.committed.stop(false);
        site.await("the inbox to be told", () -> site.committed.refused() > 0);
        site.await("the newest value, which the server will not send again", () ->
                site.committed.newest("flow") == nanos(last));
        site.await("the gap", () -> !site.committed.gaps().isEmpty());

        assertThat(site.committed.gaps().getFirst().reason()).contains("could not keep up");
        assertEveryMissingValueLiesInAGap("flow", last);
    }

    /** There may be more than one gap, and the last of them comes when it comes. */
    private void assertEveryMissingValueLiesInAGap(String series, int last) throws Exception {
        site.await("each value is there or in a gap", () -> uncovered(series, last).isEmpty());
        assertThat(site.committed.times(series).size()).as("something was lost, else this shows nothing")
                .isLessThan(last + 1);
    }

    private List<Integer> uncovered(String series, int last) {
        java.util.Set<Long> there = new java.util.HashSet<>(site.committed.times(series));
        List<Delivery.Lost> gaps = site.committed.gaps();
        return IntStream.rangeClosed(0, last).filter(n -> {
            Instant at = START.plusSeconds(n);
            return !there.contains(nanos(n)) && gaps.stream().noneMatch(gap ->
                    gap.from().isBefore(at) && (gap.to() == null || gap.to().isAfter(at)));
        }).boxed().toList();
    }
}
