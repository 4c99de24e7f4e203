package suimon.connector.mqtt;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Delivery;
import suimon.pipeline.Receipt;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/** What an operator reads about a device and what to do then. Pure, but for the clock. */
final class DeviceAlarms {
    private static final int SHOWN_CHARACTERS_MAX = 80;

    private static final Words WHERE_FLOODS = new Words(
            "機器の送信間隔の設定と故障を確認してください。必要な量であれば、設定の devices の messagesPerSecond を上げてください",
            "Check the device's sending interval and whether it is faulty; if it has to send so much, raise"
                    + " messagesPerSecond for it below devices");
    private static final Words WHERE_DENIED = new Words(
            "機器に設定した送信先トピックを直すか、設定の devices の publish に加えてください。心当たりがなければ機器の"
                    + "パスワードを変えてください",
            "Correct the topic set in the device, or add it to publish below devices; if nobody knows why, change the"
                    + " device's password");
    private static final Words WHERE_CROWD = new Words(
            "LAN、無線基地局、電源など、共通の設備を先に確認してください",
            "Look first at what they share: the network switch, the radio, the power supply");

    private final String source;
    private final Clock clock;

    DeviceAlarms(String source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    Delivery.Alarm of(Device device, Device.Trouble trouble, boolean isOn, long now) {
        Words name = named(device);
        return switch (trouble) {
            case SILENT -> alarm("silent/" + topicLevel(device.name()), isOn,
                    silent(device, name, now - device.heardAt()), whereSilent(device));
            case FLOODS -> alarm("floods/" + topicLevel(device.name()), isOn, floods(device, name), WHERE_FLOODS);
            case DENIED -> alarm("denied/" + topicLevel(device.name()), isOn,
                    new Words(name.ja() + " が許可されていないトピック " + shown(device.deniedTopic())
                            + " に送信し、拒否されています",
                            name.en() + " publishes to " + shown(device.deniedTopic())
                                    + ", which it may not; the messages are refused"),
                    WHERE_DENIED);
        };
    }

    /** So many devices are silent without an alarm of their own. */
    Delivery.Alarm crowd(int silent) {
        return alarm("silent-more", silent > 0,
                new Words("ほかに " + silent + " 台以上の機器からデータが届いていません",
                        silent + " more devices or more have fallen silent"),
                WHERE_CROWD);
    }

    private Delivery.Alarm alarm(String key, boolean isOn, Words message, Words action) {
        return new Delivery.Alarm(source, key, Severity.CAUTION, isOn, false, clock.instant(), message, action,
                Receipt.NONE);
    }

    private static Words silent(Device device, Words name, long nanos) {
        Words span = span(Duration.ofNanos(nanos));
        return switch (device.absence()) {
            case NEVER -> new Words(name.ja() + " から起動後 " + span.ja() + "、一度もデータが届いていません",
                    name.en() + " has not been heard of since the gateway started " + span.en() + " ago");
            case NONE -> new Words(name.ja() + " は接続していますが、" + span.ja() + "データを送っていません",
                    name.en() + " is connected but has sent nothing for " + span.en());
            case GOODBYE -> new Words(name.ja() + " は正常に切断したまま、" + span.ja() + "データが届いていません",
                    name.en() + " said goodbye and has not come back; nothing for " + span.en());
            case BROKEN -> new Words(name.ja() + " との通信が途切れたまま、" + span.ja() + "データが届いていません",
                    "The connection to " + name.en() + " broke off; nothing for " + span.en());
        };
    }

    private static Words whereSilent(Device device) {
        return switch (device.absence()) {
            case NONE -> new Words("センサーと配線を確認し、機器を再起動してください",
                    "Check the sensor and its cable, then restart the device");
            case GOODBYE -> new Words("機器が意図して止められたか確認してください。使わない機器は設定の devices から外してください",
                    "Find out whether somebody stopped it on purpose; take a device that is no longer used out of devices");
            case NEVER, BROKEN -> new Words("機器の電源、アンテナ、ケーブル、LANを確認してください",
                    "Check the device's power, antenna, cable and network");
        };
    }

    private static Words floods(Device device, Words name) {
        Integer limit = device.settings().messagesPerSecond();
        return limit == null
                ? new Words(name.ja() + " が処理できる量を超えて送信しています。他の機器のため受信を抑えています",
                        name.en() + " sends more than the gateway takes; it is held back for the others' sake")
                : new Words(name.ja() + " が上限（毎秒 " + limit + " 件）を超えて送信しています。他の機器のため受信を抑えています",
                        name.en() + " sends more than its " + limit + " messages a second; it is held back for the"
                                + " others' sake");
    }

    private static Words named(Device device) {
        Words title = device.settings().isOne() ? device.settings().title() : null;
        String name = shown(device.name());
        return title == null ? new Words("機器 " + name, "Device " + name) : title;
    }

    /** A whole number of the largest unit of which there are two. */
    static Words span(Duration time) {
        if (time.toDays() >= 2) {
            return new Words(time.toDays() + " 日間", time.toDays() + " days");
        }
        if (time.toHours() >= 2) {
            return new Words(time.toHours() + " 時間", time.toHours() + " h");
        }
        return time.toMinutes() >= 2 ? new Words(time.toMinutes() + " 分間", time.toMinutes() + " min")
                : new Words(Math.max(1, time.toSeconds()) + " 秒間", Math.max(1, time.toSeconds()) + " s");
    }

    /** A name as one level of a topic, since alarms are published under their rule's name. */
    static String topicLevel(String name) {
        String plain = name.replaceAll("[^\\p{L}\\p{N}._@-]", "_");
        return plain.equals(name) ? name
                : plain + "-" + String.format(Locale.ROOT, "%08x", name.hashCode());
    }

    private static String shown(@Nullable String text) {
        String cut = text == null ? "" : text.substring(0, Math.min(text.length(), SHOWN_CHARACTERS_MAX));
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
