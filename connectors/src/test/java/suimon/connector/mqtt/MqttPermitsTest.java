package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.access.Role;

/** Who may publish and subscribe to what. */
class MqttPermitsTest extends DeviceSite {
    @Test
    void aDevicePublishesToItsOwnTopicsOnlyAndTheOthersAreRefusedCountedAndAlarmedOnce() throws Exception {
        user("pen1", Role.DEVICE, "correct horse");
        listening(permitted("pen*", List.of("pens/{user}/#"), List.of()));
        RawClient pen = login("pen1", "correct horse");

        pen.publish("pens/pen1/do", 1, 1, false, "", "7.1");
        inbox.awaitWaiting(1);
        inbox.commit();
        assertThat(pen.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 1);
        for (int id = 2; id <= 4; id++) {
            pen.publish("pens/pen2/do", 1, id, false, "", "1");
            assertThat(pen.read().body()[2] & 0xff).isEqualTo(0x87);
        }
        pen.publish("pens/pen2/do", 2, 5, false, "", "1");
        assertThat(pen.read().body()[2] & 0xff).isEqualTo(0x87);
        pen.publish("pens/pen2/do", 0, 0, false, "", "1");
        pen.publish("pens/pen1/do", 0, 0, false, "", "7.2");

        inbox.await(all -> all.texts().contains("pens/pen1/do 7.2"));
        assertThat(inbox.refused()).isEqualTo(5);
        inbox.await(all -> all.alarms().equals(List.of("denied/pen1-1 on")));
        assertThat(inbox.texts()).noneMatch(text -> text.startsWith("pens/pen2"));
        clock.step(Devices.DENIED_FOR.plusSeconds(1));
        inbox.await(all -> all.alarms().equals(List.of("denied/pen1-1 on", "denied/pen1-1 off")));
    }

    @Test
    void aSubscriptionReachesNoFurtherThanPermitted() throws Exception {
        listening(permitted("lamp", List.of(), List.of("suimon/alarms/#", "suimon/values/pen1/+")));
        RawClient lamp = connected(5, "lamp");

        assertThat(answer(lamp, 1, "suimon/alarms/gateway/#")).isEqualTo(0);
        assertThat(answer(lamp, 2, "suimon/values/pen1/do")).isEqualTo(0);
        assertThat(answer(lamp, 3, "suimon/values/pen2/do")).isEqualTo(0x87);
        assertThat(answer(lamp, 4, "suimon/values/pen1/#")).isEqualTo(0x87);
        assertThat(answer(lamp, 5, "suimon/#")).isEqualTo(0x87);
        RawClient other = connected(5, "other");
        assertThat(answer(other, 1, "suimon/#")).as("no entry, so everything below suimon/").isEqualTo(0);
    }

    @Test
    void aWillThatMayNotBePublishedIsRefusedAtConnect() throws Exception {
        listening(permitted("a", List.of("w/#"), List.of()), permitted("b", List.of("x"), List.of()));
        String will = "00044d5154540406003c" + "0001%s" + "000377" + "2f31" + "0003" + "6f6666";

        RawClient permitted = new RawClient(port(), 4).send(0x10, HexFormat.of().parseHex(will.formatted("61")));
        RawClient refused = new RawClient(port(), 4).send(0x10, HexFormat.of().parseHex(will.formatted("62")));

        assertThat(permitted.read().body()[1]).isEqualTo((byte) 0);
        assertThat(refused.read().body()[1]).isEqualTo((byte) 5);
    }

    /** A client id with a slash or a wildcard does not open the topics it would name. */
    @Test
    void aNameCanNotWidenWhatItIsPermitted() throws Exception {
        listening(permitted("*", List.of("pens/{client}/#"), List.of()));

        RawClient bold = connected(5, "+");
        bold.publish("pens/1/do", 1, 1, false, "", "1");

        assertThat(bold.read().body()[2] & 0xff).isEqualTo(0x87);
    }

    @Test
    void oneFilterCoversAnother() {
        assertThat(covers("a/#", "a")).isTrue();
        assertThat(covers("a/+/c", "a/+/c")).isTrue();
        assertThat(covers("a/+/c", "a/b/c")).isTrue();
        assertThat(covers("+/#", "#")).isFalse();
        assertThat(covers("a/+", "a/#")).isFalse();
        assertThat(covers("a/b", "a/+")).isFalse();
        assertThat(covers("#", "a/+/#")).isTrue();
    }

    @Test
    void whatMakesNoSenseIsRefusedInTheConfiguration() {
        assertThatThrownBy(() -> permitted("a", List.of("pens/#/x"), List.of()))
                .hasMessage("publish: 'pens/#/x', expected a topic filter such as pens/1/# or pens/{user}/+");
        assertThatThrownBy(() -> permitted("a", List.of("pens/{pen}"), List.of())).hasMessageContaining("{pen}");
        assertThatThrownBy(() -> permitted("a", List.of(), List.of("pens/#"))).hasMessageContaining("below suimon/");
        assertThatThrownBy(() -> listening(permitted("a", List.of(), List.of()), permitted("a", List.of(), List.of())))
                .hasMessage("devices: a stands there twice");
    }

    private static boolean covers(String wide, String narrow) {
        TopicFilter filter = TopicFilter.parse(narrow);
        return filter != null && java.util.Objects.requireNonNull(TopicFilter.parse(wide)).covers(filter);
    }

    private static int answer(RawClient client, int id, String filter) throws Exception {
        return client.subscribe(id, filter, 0).read().body()[3] & 0xff;
    }
}
