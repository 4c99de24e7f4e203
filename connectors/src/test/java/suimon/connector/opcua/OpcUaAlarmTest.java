package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.START;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.AlarmPlant.Stand;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.AlarmSettings;
import suimon.pipeline.Alarms;
import suimon.pipeline.Delivery;
import suimon.pipeline.SourceContext;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmEvent.Kind;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Entry;

/** The conditions of a server become alarms here, once each, whatever happens to the connection. */
class OpcUaAlarmTest {
    private static final String PUMP = "gateway/main/condition/nsu=urn:suimon:simulator:server;s=alarm/pump";

    @TempDir Path folder;
    private OpcUaFixture site;
    private AlarmPlant plant;

    @BeforeEach
    void open() {
        site = new OpcUaFixture(folder);
        serve();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void serve() {
        plant = new AlarmPlant(site.serve().server());
    }

    private OpcUaSource start(String... notifiers) throws InterruptedException {
        Draft draft = site.draft();
        draft.alarms = new AlarmSettings(notifiers.length == 0 ? List.of("i=2253") : List.of(notifiers), 667);
        int before = plant.refreshes.get();
        OpcUaSource source = site.start(draft);
        site.await("the refresh", () -> plant.refreshes.get() > before);
        return source;
    }

    private static Stand active(int severity) {
        return new Stand(true, false, severity, "no flow", START);
    }

    private static Stand gone(boolean isAcknowledged) {
        return new Stand(false, isAcknowledged, 800, "flow again", START.plusSeconds(60));
    }

    /** What the deliveries so far mean to the alarms of the gateway. */
    private List<AlarmEvent> events() {
        Alarms alarms = new Alarms(List.of(), name -> {
            throw new IllegalStateException("no rules on series");
        }, Map.of(), Duration.ofMinutes(10), System::nanoTime);
        List<AlarmEvent> events = new ArrayList<>();
        for (Delivery.Alarm told : site.committed.alarms()) {
            alarms.report(told);
            alarms.drain().entries().forEach(one -> events.add(((Entry.Alarm) one).event()));
        }
        return events;
    }

    private List<Kind> kinds() {
        return events().stream().filter(one -> one.rule().contains("/condition/")).map(AlarmEvent::kind).toList();
    }

    @Test
    void aConditionIsRaisedAcknowledgedAndClearedAsTheServerTells() throws Exception {
        OpcUaSource source = start();

        plant.tell("pump", active(800));
        site.await("the alarm", () -> kinds().contains(Kind.ACTIVATED));
        plant.tell("pump", new Stand(true, true, 800, "no flow", START.plusSeconds(30)));
        site.await("the acknowledgement", () -> kinds().contains(Kind.ACKNOWLEDGED));
        plant.tell("pump", gone(true));
        site.await("its end", () -> kinds().contains(Kind.CLEARED));

        AlarmEvent raised = events().getFirst();
        assertThat(kinds()).containsExactly(Kind.ACTIVATED, Kind.ACKNOWLEDGED, Kind.CLEARED);
        assertThat(raised.rule()).isEqualTo(PUMP);
        assertThat(raised.severity()).isEqualTo(Severity.ALERT);
        assertThat(raised.at()).isEqualTo(START);
        assertThat(raised.message().ja()).isEqualTo("main：Pump house・pump：no flow（重大度 800）");
        assertThat(raised.message().en()).isEqualTo("main: Pump house, pump: no flow (severity 800)");
        assertThat(events().getLast().at()).isEqualTo(START.plusSeconds(60));
        assertThat(source.progress().counts()).containsEntry("conditions_active", 0L);
        assertThat(site.committed.kept()).isEmpty();
    }

    @Test
    void belowTheConfiguredSeverityItIsACaution() throws Exception {
        start();

        plant.tell("pump", active(666));
        site.await("the alarm", () -> kinds().contains(Kind.ACTIVATED));

        assertThat(events().getFirst().severity()).isEqualTo(Severity.CAUTION);
    }

    @Test
    void afterARestartOfTheGatewayWhatStandsIsNotDoubledAndWhatWentIsCleared() throws Exception {
        start();
        plant.tell("pump", active(800));
        plant.tell("fan", active(400));
        site.await("both alarms", () -> kinds().size() == 2);
        site.stopSource();

        plant.note("fan", gone(true));
        start();
        site.await("the end of the fan's", () -> kinds().contains(Kind.CLEARED));

        assertThat(kinds()).containsExactly(Kind.ACTIVATED, Kind.ACTIVATED, Kind.CLEARED);
        assertThat(events().getLast().rule()).endsWith("alarm/fan");
        assertThat(site.committed.kept().keySet()).singleElement().asString().endsWith("alarm/pump");
    }

    @Test
    void afterARestartOfTheServerWhatItForgotIsClearedAndMayComeAgain() throws Exception {
        start();
        plant.tell("pump", active(800));
        plant.tell("fan", active(800));
        site.await("both alarms", () -> kinds().size() == 2);

        site.stopServer();
        serve();
        site.await("the end of both", () -> kinds().size() == 4);
        plant.tell("pump", active(800));
        site.await("the pump's again", () -> kinds().size() == 5);

        assertThat(kinds()).containsExactly(
                Kind.ACTIVATED, Kind.ACTIVATED, Kind.CLEARED, Kind.CLEARED, Kind.ACTIVATED);
        assertThat(events().getLast().rule()).isEqualTo(PUMP);
    }

    @Test
    void whatCameAndWentUnseenIsRaisedAndClearedOnceAndWaitsForItsAcknowledgement() throws Exception {
        plant.note("pump", gone(false));
        start();
        site.await("its end", () -> kinds().contains(Kind.CLEARED));
        plant.require();
        site.await("another refresh", () -> plant.refreshes.get() >= 2);
        plant.tell("pump", gone(true));
        site.await("the acknowledgement", () -> kinds().contains(Kind.ACKNOWLEDGED));

        assertThat(kinds()).containsExactly(Kind.ACTIVATED, Kind.CLEARED, Kind.ACKNOWLEDGED);
        assertThat(site.committed.kept()).isEmpty();
    }

    @Test
    void aNotifierThatIsNoneIsNamedAndTheOthersTell() throws Exception {
        OpcUaSource source = start("i=2253", "nsu=urn:elsewhere;s=Area");

        plant.tell("pump", active(800));
        site.await("the alarm", () -> kinds().contains(Kind.ACTIVATED));

        assertThat(source.progress().state()).contains("alarms of nsu=urn:elsewhere;s=Area: the server has no namespace");
        assertThat(source.progress().healthy()).isFalse();
    }

    @Test
    void moreConditionsThanTheLimitAreToldOfByOneAlarm() throws Exception {
        Conditions conditions = conditions();
        conditions.begin(1);
        for (int number = 0; number < Conditions.CONDITIONS_MAX + 3; number++) {
            conditions.add("item", fields("n" + number, true), new NamespaceTable());
            conditions.work();
        }
        assertThat(site.committed.alarms()).hasSize(Conditions.CONDITIONS_MAX + 1);
        assertThat(site.committed.alarms().getLast().key()).isEqualTo("conditions-too-many");

        conditions.add("item", fields("n0", false), new NamespaceTable());
        conditions.work();

        assertThat(site.committed.alarms().getLast().key()).isEqualTo("conditions-too-many");
        assertThat(site.committed.alarms().getLast().active()).isFalse();
        assertThat(conditions.beginRefresh()).as("for those that found no place").isTrue();
    }

    @Test
    void aFloodIsDroppedAndAskedForAgain() throws Exception {
        Conditions conditions = conditions();
        conditions.begin(1);
        assertThat(conditions.beginRefresh()).isTrue();
        for (int number = 0; number <= Conditions.EVENTS_MAX; number++) {
            conditions.add("item", fields("same", true), new NamespaceTable());
        }
        assertThat(conditions.beginRefresh()).as("while so many wait").isFalse();

        conditions.work();
        assertThat(site.committed.alarms()).hasSize(Conditions.EVENTS_AT_ONCE);
        for (int turn = 0; turn < Conditions.EVENTS_MAX / Conditions.EVENTS_AT_ONCE; turn++) {
            conditions.work();
        }

        assertThat(conditions.beginRefresh()).isTrue();
        assertThat(kinds()).containsExactly(Kind.ACTIVATED);
    }

    @Test
    void fieldsOfAnyKindAndNumberAreAnEvent() {
        Random random = new Random(4711);
        Object[] values = {null, 1, "text", true, LocalizedText.NULL_VALUE, NodeId.NULL_VALUE, NodeIds.Server,
            Unsigned.ushort(9), new DateTime(START), DateTime.MIN_VALUE, new DateTime(Long.MAX_VALUE), new Object[] {1},
            "\u0000\n".repeat(500), "𠮷".repeat(1000), -5L, Double.NaN};
        for (int round = 0; round < 20_000; round++) {
            Variant[] fields = new Variant[random.nextInt(16)];
            for (int index = 0; index < fields.length; index++) {
                Object value = values[random.nextInt(values.length)];
                fields[index] = new Variant(value);
            }
            ConditionEvent event = ConditionEvent.of(fields);
            assertThat(event.severity()).as("seed 4711, round %s", round).isBetween(1, 1000);
            assertThat(event.message().length()).isLessThanOrEqualTo(2 * ConditionEvent.CHARACTERS_MAX);
        }
    }

    private Conditions conditions() {
        return new Conditions("main", 667, new SourceContext(site.committed, any -> Map.of(), any -> 0L, folder,
                Clock.systemUTC(), System::nanoTime, "test-site"));
    }

    private static Variant[] fields(String name, boolean isActive) {
        Object[] values = {NodeIds.AlarmConditionType, "Area", new DateTime(Instant.EPOCH.plusSeconds(9)),
            LocalizedText.english("text"), Unsigned.ushort(700), new NodeId(0, name), name, null, isActive,
            isActive, !isActive, true, false};
        Variant[] fields = new Variant[values.length];
        for (int index = 0; index < values.length; index++) {
            fields[index] = new Variant(values[index]);
        }
        return fields;
    }
}
