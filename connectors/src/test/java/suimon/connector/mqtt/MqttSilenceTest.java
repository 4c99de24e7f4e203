package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import suimon.pipeline.Delivery;
import suimon.reading.Words;

/** A device that was expected says nothing, and the operator reads why. */
class MqttSilenceTest extends DeviceSite {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aDeviceThatIsConnectedAndSaysNothingIsAlarmedAndClearedWhenItSpeaks() throws Exception {
        listening(missed("pen1", MINUTE));
        RawClient pen = connected(4, "pen1");
        pen.publish("t", 0, 0, false, "", "1");
        inbox.awaitWaiting(1);

        clock.step(MINUTE.plusSeconds(1));
        inbox.await(all -> all.alarms().equals(List.of("silent/pen1 on")));
        assertThat(said()).contains("Device pen1 is connected but has sent nothing for 61 s");
        assertThat(shown("pen1").silent()).isTrue();

        pen.publish("t", 0, 0, false, "", "2");
        inbox.await(all -> all.alarms().equals(List.of("silent/pen1 on", "silent/pen1 off")));
    }

    @Test
    void aGoodbyeIsToldFromABrokenLink() throws Exception {
        MqttListener site = listening(missed("polite", MINUTE), missed("broken", MINUTE), missed("never", MINUTE));
        RawClient polite = connected(5, "polite");
        RawClient broken = connected(5, "broken");
        polite.publish("t", 0, 0, false, "", "1");
        broken.publish("t", 0, 0, false, "", "1");
        inbox.awaitWaiting(2);
        polite.send(0xe0, new byte[0]).readClosed();
        broken.close();
        await(() -> site.progress().state().startsWith("0 clients"));

        clock.step(MINUTE.multipliedBy(3));

        inbox.await(all -> all.alarms().size() == 3);
        assertThat(said()).contains("Device polite said goodbye and has not come back; nothing for 3 min",
                "The connection to Device broken broke off; nothing for 3 min",
                "Device never has not been heard of since the gateway started 3 min ago");
        assertThat(shown("polite").goodbye()).isTrue();
        assertThat(shown("broken").goodbye()).isFalse();
    }

    @Test
    void anAlarmOutlivesARestartUntilTheDeviceSpeaks() throws Exception {
        MqttListener first = listening(new DeviceSettings("pen1", new Words("生簀1のロガー", "Logger of pen 1"), null, null,
                null, null, MINUTE, List.of(), List.of()));
        clock.step(MINUTE.plusSeconds(1));
        inbox.await(all -> all.alarms().size() == 1);
        assertThat(said()).anyMatch(text -> text.startsWith("Logger of pen 1 has not been heard of"));
        await(() -> {
            inbox.commit();
            return inbox.snapshot().containsKey("device/client/pen1");
        });
        first.close();

        listening(missed("pen1", MINUTE));
        inbox.await(all -> all.alarms().equals(List.of("silent/pen1 on", "silent/pen1 on")));
        connected(4, "pen1").publish("t", 0, 0, false, "", "1");
        inbox.await(all -> all.alarms().getLast().equals("silent/pen1 off"));
        await(() -> {
            inbox.commit();
            return inbox.snapshot().isEmpty();
        });
    }

    @Test
    void whatADeviceUsuallyDoesIsLearnedAndKept() throws Exception {
        MqttListener first = listening();
        RawClient logger = connected(4, "logger");
        for (int minute = 1; minute <= 14; minute++) {
            logger.publish("t", 0, 0, false, "", String.valueOf(minute));
            inbox.awaitWaiting(minute);
            clock.step(MINUTE);
        }
        await(() -> first.devices().stream().anyMatch(one -> Long.valueOf(60).equals(one.expectedEverySeconds())));
        assertThat(shown("logger").silentAfterSeconds()).isEqualTo(180);
        await(() -> {
            inbox.commit();
            return inbox.snapshot().containsKey("device/client/logger");
        });
        first.close();

        listening();
        clock.step(Duration.ofMinutes(4));

        inbox.await(all -> all.alarms().equals(List.of("silent/logger on")));
    }

    @Test
    void whoeverPublishesOnceOrIsTakenAwayIsNotMissed() throws Exception {
        MqttListener site = listening(missed("*", MINUTE));
        RawClient tester = connected(4, "mosq-Xy12");
        tester.publish("t", 0, 0, false, "", "1");
        inbox.awaitWaiting(1);
        tester.send(0xe0, new byte[0]).readClosed();
        await(() -> site.progress().state().startsWith("0 clients"));
        RawClient known = connected(4, "mosq-Zz34");
        known.publish("t", 0, 0, false, "", "1");
        inbox.awaitWaiting(2);

        clock.step(MINUTE.multipliedBy(5));

        inbox.await(all -> all.alarms().equals(List.of("silent/mosq-Zz34 on")));
        assertThat(shown("mosq-Xy12").silent()).isFalse();
    }

    @Test
    void aNetworkThatFailsIsNotAHundredAlarms() throws Exception {
        DeviceSettings[] devices = new DeviceSettings[50];
        for (int index = 0; index < devices.length; index++) {
            devices[index] = missed("pen" + index, MINUTE);
        }
        listening(devices);

        clock.step(MINUTE.multipliedBy(2));

        inbox.await(all -> all.alarms().contains("silent-more on"));
        assertThat(inbox.alarms()).hasSize(Devices.ALARMS_MAX + 1);
        assertThat(said()).contains("30 more devices or more have fallen silent");
    }

    /** Alarms are published under their name, which therefore is a topic without wildcards. */
    @Test
    void anyClientIdMakesATopic() {
        assertThat(DeviceAlarms.topicLevel("pen-1.a@b")).isEqualTo("pen-1.a@b");
        assertThat(DeviceAlarms.topicLevel("a/+#")).matches("a___-[0-9a-f]{8}");
        assertThat(DeviceAlarms.topicLevel("生簀1")).isEqualTo("生簀1");
    }

    private List<String> said() {
        return inbox.texts().stream().filter(text -> text.startsWith("alarm "))
                .map(text -> text.replaceFirst("^alarm \\S+ o(n|ff) ", "")).toList();
    }
}
