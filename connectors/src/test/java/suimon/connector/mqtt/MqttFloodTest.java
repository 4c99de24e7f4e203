package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import suimon.config.DataSize;

/** One device sends too much: it is held back, and the others don't notice. */
class MqttFloodTest extends DeviceSite {
    @Test
    void aFloodWithQosOneIsHeldBackAndNothingOfItIsLost() throws Exception {
        listening(limited("flood", 100, 10));
        inbox.commitsByItself();
        RawClient flood = connected(4, "flood");
        RawClient quiet = connected(4, "quiet");

        flood.bytes(messages(1, 60, 1));
        inbox.await(all -> of("flood").size() == 11);
        quiet.publish("quiet", 1, 1, false, "", "still here");

        assertThat(quiet.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 1);
        assertThat(of("flood")).as("a burst of 10 and the one that was too much").hasSize(11);
        for (int taken = 11; taken < 60;) {
            clock.step(Duration.ofMillis(100));
            int before = taken;
            await(() -> of("flood").size() > before);
            taken = of("flood").size();
            assertThat(taken).as("10 in 100 ms, and one on credit").isLessThanOrEqualTo(before + 11);
        }
        assertThat(of("flood")).isEqualTo(IntStream.rangeClosed(1, 60).mapToObj(one -> "flood " + one).toList());
        for (int id = 1; id <= 60; id++) {
            int expected = id;
            assertThat(flood.read()).matches(packet -> packet.type() == PUBACK && packet.id() == expected);
        }
        assertThat(inbox.refused()).isZero();
    }

    @Test
    void qosZeroBeyondTheRateIsRefusedAndCounted() throws Exception {
        listening(limited("flood", 10, 10));
        inbox.commitsByItself();
        RawClient flood = connected(4, "flood");
        RawClient quiet = connected(4, "quiet");

        flood.bytes(messages(1, 1000, 0));
        await(() -> inbox.refused() == Inflow.SURPLUS_MAX);
        quiet.publish("quiet", 0, 0, false, "", "1");
        inbox.await(all -> all.texts().contains("quiet 1"));

        assertThat(of("flood")).hasSize(10);
        clock.step(Duration.ofMillis(500));
        await(() -> of("flood").size() == 15 && inbox.refused() == 2 * Inflow.SURPLUS_MAX);
        while (inbox.refused() + of("flood").size() < 1000) {
            long before = inbox.refused();
            clock.step(Duration.ofSeconds(1));
            await(() -> inbox.refused() > before);
        }
        await(() -> inbox.refused() + of("flood").size() == 1000);
        clock.step(Duration.ofSeconds(1));
        flood.publish("flood", 1, 7, false, "", "end");
        assertThat(flood.read()).matches(packet -> packet.type() == PUBACK && packet.id() == 7);
    }

    /** Nobody set a limit: whoever floods finds half of what is left, so the next one finds room. */
    @Test
    void withoutALimitAFloodFillsNoMoreThanItsShare() throws Exception {
        listening();
        RawClient flood = connected(4, "flood");
        RawClient second = connected(4, "second");
        RawClient quiet = connected(4, "quiet");
        int share = Throttle.WAITING_MAX / 3 + 1;

        Thread sending = sending(flood, messages(1, 2 * share, 0));
        inbox.awaitWaiting(share);
        Thread alsoSending = sending(second, messages("other", 1, share, 0));
        inbox.awaitWaiting(share + share / 2);
        quiet.publish("quiet", 1, 1, false, "", "1");
        inbox.await(all -> all.texts().contains("quiet 1"));

        assertThat(inbox.waiting().size()).isLessThan(Throttle.WAITING_MAX * 3 / 4);
        assertThat(inbox.refused()).isZero();
        await(() -> {
            inbox.commit();
            return inbox.texts().size() == 3 * share + 1;
        });
        sending.join();
        alsoSending.join();
        assertThat(quiet.read().type()).isEqualTo(PUBACK);
        assertThat(of("flood")).isEqualTo(IntStream.rangeClosed(1, 2 * share).mapToObj(one -> "flood " + one).toList());
    }

    @Test
    void aFloodIsAlarmedOnceAndOverWhenItStops() throws Exception {
        listening(limited("flood", 10, 10));
        inbox.commitsByItself();
        RawClient flood = connected(4, "flood");

        for (int round = 0; round < 3; round++) {
            int sent = 80 * (round + 1);
            flood.bytes(messages(1, 80, 0));
            await(() -> inbox.refused() + of("flood").size() == sent);
            clock.step(Duration.ofSeconds(6));
        }
        inbox.await(all -> all.alarms().equals(List.of("floods/flood on")));
        assertThat(shown("flood").held()).isTrue();

        clock.step(Devices.CALM_AFTER.plusSeconds(1));
        inbox.await(all -> all.alarms().equals(List.of("floods/flood on", "floods/flood off")));
    }

    @Test
    void aBacklogSentAtOnceIsNoFlood() throws Exception {
        MqttListener site = listening(limited("logger", 10, 10));
        inbox.commitsByItself();
        RawClient logger = connected(4, "logger");

        logger.bytes(messages(1, 60, 1));
        for (int taken = 0; taken < 60; taken = of("flood").size()) {
            clock.step(Duration.ofSeconds(1));
            int before = taken;
            await(() -> of("flood").size() > before);
        }
        clock.step(Devices.CALM_AFTER);
        await(() -> site.devices().stream().anyMatch(one -> one.name().equals("logger") && !one.held()));

        assertThat(inbox.alarms()).isEmpty();
    }

    /** It is the gateway that does not read, so the client's pings are not missed. */
    @Test
    void aDeviceThatIsHeldBackIsNotTakenForDead() throws Exception {
        MqttListener site = listening(limited("flood", 1, 1));
        inbox.commitsByItself();
        RawClient flood = new RawClient(port(), 4);
        flood.send(0x10, HexFormat.of().parseHex("00044d5154540402" + "0001" + "0005" + "666c6f6f64"));
        assertThat(flood.read().type()).isEqualTo(CONNACK);
        flood.bytes(messages(1, 3, 1)).bytes(new byte[] {(byte) 0xc0, 0});
        await(() -> of("flood").size() == 2);

        // One and a half times the keep-alive, rounded up, is two seconds.
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(2600).toNanos());

        assertThat(site.progress().state()).startsWith("1 client");
        clock.step(Duration.ofSeconds(2));
        await(() -> of("flood").size() == 3);
    }

    @Test
    void aDeviceHasItsOwnPacketSizeAndWindowAndIsToldOfThem() throws Exception {
        listening(new DeviceSettings("small", null, null, new DataSize(1024), 5, 7, null, List.of(), List.of()));
        RawClient small = new RawClient(port(), 5).connect("small", true, "");

        String told = HexFormat.of().formatHex(small.read().body());
        small.publish("t", 1, 1, false, "", "x".repeat(1025));

        assertThat(told).contains("210007").contains("2700000400");
        assertThat(small.readClosed()).isEqualTo(0x95);
        inbox.await(all -> all.refused() == 1);
        assertThat(inbox.waiting()).isEmpty();
    }

    @Test
    void moreConnectionsThanADeviceMayHaveAreRefused() throws Exception {
        user("pen1", suimon.access.Role.DEVICE, "correct horse");
        listening(new DeviceSettings("pen1", null, 1, null, null, null, null, List.of(), List.of()));
        RawClient first = login("pen1", "correct horse");

        ByteArrayOutputStream body = new ByteArrayOutputStream();
        java.io.DataOutputStream fields = new java.io.DataOutputStream(body);
        fields.writeUTF("MQTT");
        fields.write(new byte[] {5, (byte) 0xc2, 0, 60, 0});
        fields.writeUTF("another");
        fields.writeUTF("pen1");
        fields.writeUTF("correct horse");
        RawClient second = new RawClient(port(), 5).send(0x10, body.toByteArray());

        assertThat(second.read().body()[1] & 0xff).isEqualTo(0x97);
        first.publish("t", 1, 1, false, "", "1");
        inbox.awaitWaiting(1);
        RawClient again = login("pen1", "correct horse");
        assertThat(first.readClosed()).as("the same client id takes over").isEqualTo(0x8e);
        again.close();
    }

    private List<String> of(String topic) {
        return inbox.texts().stream().filter(text -> text.startsWith(topic + " ")).toList();
    }

    private static Thread sending(RawClient client, byte[] bytes) {
        return Thread.ofVirtual().start(() -> {
            try {
                client.bytes(bytes);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static byte[] messages(int from, int to, int qos) {
        return messages("flood", from, to, qos);
    }

    /** PUBLISH packets of MQTT 3.1.1 with rising numbers. */
    private static byte[] messages(String topic, int from, int to, int qos) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int number = from; number <= to; number++) {
            byte[] text = String.valueOf(number).getBytes(StandardCharsets.UTF_8);
            all.write(0x30 | qos << 1);
            all.write(2 + topic.length() + (qos > 0 ? 2 : 0) + text.length);
            all.writeBytes(new byte[] {0, (byte) topic.length()});
            all.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
            if (qos > 0) {
                all.writeBytes(new byte[] {(byte) (number >> 8), (byte) number});
            }
            all.writeBytes(text);
        }
        return all.toByteArray();
    }
}
