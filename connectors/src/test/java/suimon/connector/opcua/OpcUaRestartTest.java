package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.START;
import static suimon.connector.opcua.OpcUaFixture.nanos;
import static suimon.connector.opcua.OpcUaFixture.nth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.simulator.HistorianServer;
import suimon.pipeline.Delivery;

class OpcUaRestartTest {
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
    void aServerThatStartsLaterIsWaitedFor() throws Exception {
        OpcUaSource source = site.start(site.draft("flow"));
        site.await("the trouble", () -> source.progress().state().contains("no answer from"));
        assertThat(source.progress().healthy()).isFalse();

        site.serve("flow").publish("flow", nth(0));

        site.await("a value", () -> site.committed.newest("flow") == nanos(0));
        site.await("health", () -> source.progress().healthy());
    }

    @Test
    void whatHappenedWhileTheServerWasRestartedIsReadFromItsHistory() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", nth(0));
        site.start(site.draft("flow"));
        site.await("the first value", () -> site.committed.newest("flow") == nanos(0));

        site.stopServer();
        IntStream.rangeClosed(1, 500).forEach(n -> site.historian.keep("flow", nth(n)));
        HistorianServer again = site.serve("flow");
        site.await("the new subscription", again::isWatched);
        again.publish("flow", nth(501));

        site.await("all values", () -> site.committed.times("flow").size() == 502);
        assertThat(site.committed.gaps()).isEmpty();
        site.await("the note to go", () -> site.committed.kept().isEmpty());
    }

    @Test
    void aServerThatForgotAndANodeWithoutHistoryLeaveGapsWithBounds() throws Exception {
        HistorianServer server = site.serve("flow");
        server.add("plain", NodeIds.Double, false);
        server.publish("flow", nth(0));
        server.publish("plain", nth(0));
        site.start(site.draft("flow", "plain"));
        site.await("first values", () -> site.committed.newest("flow") == nanos(0)
                && site.committed.newest("plain") == nanos(0));

        site.stopServer();
        site.historian.forget();
        HistorianServer again = site.serve("flow");
        again.add("plain", NodeIds.Double, false);
        again.publish("flow", nth(60));
        again.publish("plain", nth(60));
        site.await("both gaps", () -> site.committed.gaps().size() == 2);

        assertThat(site.committed.gaps()).allSatisfy(gap -> {
            assertThat(gap.from()).isEqualTo(START);
            assertThat(gap.to()).isEqualTo(START.plusSeconds(60));
        });
        assertThat(site.committed.gaps()).extracting(Delivery.Lost::reason)
                .anyMatch(reason -> reason.contains("does not reach back"))
                .anyMatch(reason -> reason.contains("no history for the node"));
    }

    @Test
    void afterAStopTheGatewayReadsOnFromTheLastCommittedTime() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", nth(0));
        site.start(site.draft("flow"));
        site.await("the first value", () -> site.committed.newest("flow") == nanos(0));
        site.stopSource();

        IntStream.rangeClosed(1, 1_000).forEach(n -> server.publish("flow", nth(n)));
        site.start(site.draft("flow"));

        site.await("all values", () -> site.committed.times("flow").size() == 1_001);
        assertThat(site.committed.gaps()).isEmpty();
    }

    @Test
    void aGatewayThatDiesWhileReadingHistoryReadsTheRestLater() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", nth(0));
        site.start(site.draft("flow"));
        site.await("the first value", () -> site.committed.newest("flow") == nanos(0));
        site.stopSource();
        IntStream.rangeClosed(1, 5_000).forEach(n -> server.publish("flow", nth(n)));

        Draft slow = site.draft("flow");
        slow.historyPage = 3;
        site.committed.room(100);
        site.start(slow);
        site.await("the newest value and a part of the history", () ->
                site.committed.newest("flow") == nanos(5_000) && site.committed.times("flow").size() > 10);
        site.stopSource();
        int there = site.committed.times("flow").size();
        assertThat(there).as("the history was not read whole, else this shows nothing").isLessThan(5_001);
        assertThat(site.committed.kept()).containsKey("hole/flow");
        site.committed.room(Integer.MAX_VALUE);
        site.start(site.draft("flow"));

        site.await("all values", () -> site.committed.times("flow").size() == 5_001);
        assertThat(site.committed.gaps()).isEmpty();
        site.await("the note to go", () -> site.committed.kept().isEmpty());
    }

    @Test
    void aFirstStartReadsAsMuchHistoryAsAskedFor() throws Exception {
        HistorianServer server = site.serve("flow");
        IntStream.rangeClosed(0, 600).forEach(n -> server.publish("flow", nth(n)));
        Draft draft = site.draft("flow");
        draft.firstHistory = Duration.ofSeconds(300);

        site.start(draft);

        site.await("the history", () -> site.committed.times("flow").size() == 301);
        assertThat(site.committed.times("flow").getFirst()).isEqualTo(nanos(300));
        assertThat(site.committed.gaps()).isEmpty();
    }
}
