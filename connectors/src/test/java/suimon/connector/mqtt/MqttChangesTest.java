package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.access.CredentialFile;
import suimon.access.Role;

/** Users and devices change while the listener runs. */
class MqttChangesTest extends DeviceSite {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aUserWhoIsRemovedLosesConnectionSessionAndWillAndTheOthersNothing() throws Exception {
        user("pen1", Role.DEVICE, "correct horse");
        user("pen2", Role.DEVICE, "battery staple");
        user("pen3", Role.DEVICE, "something old");
        MqttListener site = listening();
        inbox.commitsByItself();
        RawClient removed = accepted(asking("one", "pen1", "correct horse", 3600));
        RawClient staying = accepted(asking("two", "pen2", "battery staple", 3600));
        RawClient changed = accepted(asking("three", "pen3", "something old", 3600));
        await(() -> site.users().isWatching());

        CredentialFile file = new CredentialFile(folder.resolve("users"));
        assertThat(file.remove("pen1")).isTrue();
        assertThat(file.remove("pen1")).isFalse();
        file.put("pen3", Role.DEVICE, "something new");

        assertThat(removed.readClosed()).isEqualTo(0x87);
        assertThat(changed.readClosed()).as("another password").isEqualTo(0x98);
        inbox.await(all -> !all.snapshot().containsKey("session/one"));
        assertThat(inbox.snapshot()).containsKeys("session/two", "session/three");
        staying.publish("t", 1, 1, false, "", "still here");
        assertThat(staying.read().type()).isEqualTo(PUBACK);
        accepted(asking("one", "pen2", "battery staple", 0)).close();
    }

    @Test
    void devicesAreTakenOverWithoutARestartAndOnlyThoseConcernedConnectAgain() throws Exception {
        MqttListener site = listening(permitted("a", List.of("pens/#"), List.of()), permitted("b", List.of(), List.of()));
        inbox.commitsByItself();
        RawClient changed = connected(5, "a");
        RawClient same = connected(5, "b");

        boolean isAll = site.adopt(site.settings().with(
                List.of(permitted("a", List.of("mains/#"), List.of()), permitted("b", List.of(), List.of()))));

        assertThat(isAll).as("nothing is left for a restart").isTrue();
        assertThat(changed.readClosed()).isEqualTo(0x98);
        same.publish("t", 1, 1, false, "", "still here");
        assertThat(same.read().type()).isEqualTo(PUBACK);
        RawClient again = connected(5, "a");
        again.publish("pens/1", 1, 1, false, "", "1");
        assertThat(again.read().body()[2] & 0xff).isEqualTo(0x87);
        again.publish("mains/1", 1, 2, false, "", "1");
        assertThat(again.read()).matches(packet -> packet.type() == PUBACK && packet.body().length == 2);
    }

    @Test
    void anAlarmOfADeviceWhoseEntryIsTakenAwayIsOverAndANewEntryIsWatchedAtOnce() throws Exception {
        MqttListener site = listening(missed("old", MINUTE));
        clock.step(MINUTE.plusSeconds(1));
        inbox.await(all -> all.alarms().equals(List.of("silent/old on")));

        site.adopt(site.settings().with(List.of(missed("new", MINUTE))));

        inbox.await(all -> all.alarms().equals(List.of("silent/old on", "silent/old off")));
        shown("new");
        clock.step(MINUTE.plusSeconds(1));
        inbox.await(all -> all.alarms().contains("silent/new on"));
        assertThat(inbox.alarms()).hasSize(3);
    }

    @Test
    void whatElseIsChangedIsLeftForARestart() throws Exception {
        MqttListener site = listening();
        MqttListenerSettings now = site.settings();

        assertThat(site.adopt(new MqttListenerSettings(now.name(), now.address(), 1, now.users(), now.tls(), now.packet(),
                now.clients(), now.receiveMaximum(), now.sessionExpiry(), now.decode()))).isFalse();
    }
}
