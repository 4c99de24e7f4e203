package suimon.connector.mqtt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.mqtt.Device.Trouble;
import suimon.pipeline.Delivery;
import suimon.pipeline.DeviceStatus;
import suimon.pipeline.Inbox;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext;

/**
 * The devices of a listener: looked at once a second, and alarmed when one is silent, sends too
 * much or publishes where it may not. Used on the event loop only, but for {@link #shown}.
 */
final class Devices {
    /** Devices known at once; beyond, one that nobody would miss goes, or the newest is not watched. */
    static final int DEVICES_MAX = 10_000;

    /** Alarms of one kind with a name of their own; what else is silent is counted in one alarm. */
    static final int ALARMS_MAX = 20;

    /** Devices the page shows, those in trouble first. */
    static final int SHOWN_MAX = 200;

    /** A device that is held back so long floods; a backlog after an outage is sent faster. */
    static final Duration FLOODS_AFTER = Duration.ofSeconds(10);

    /** No longer held back for so long, its flood is over. */
    static final Duration CALM_AFTER = Duration.ofSeconds(30);

    /** After the last refusal the alarm stands for so long. */
    static final Duration DENIED_FOR = Duration.ofHours(1);

    /** A device that nobody listed and nobody has heard of for so long is not expected any more. */
    static final Duration FORGOTTEN_AFTER = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final String NOTE = "device/";
    private static final String USER = NOTE + "user/";
    private static final String CLIENT = NOTE + "client/";

    private final String source;
    private final boolean hasUsers;
    private List<DeviceSettings> settings;
    private final SourceContext gateway;
    private final DeviceAlarms words;
    private final Map<String, Device> byKey = new HashMap<>();
    private final List<Device> restored = new ArrayList<>();
    private boolean isCrowdTold;
    private volatile List<DeviceStatus> shown = List.of();
    private volatile String summary = "";

    Devices(MqttListenerSettings listener, SourceContext gateway, Map<String, byte[]> kept) {
        source = listener.name();
        hasUsers = listener.users() != null;
        settings = listener.devices();
        this.gateway = gateway;
        words = new DeviceAlarms(source, gateway.clock());
        long now = gateway.ticker().nanos();
        kept.forEach((key, bytes) -> restore(key, bytes, now));
        expectListed();
    }

    /** Whoever is listed with a limit is missed from the start on. */
    private void expectListed() {
        for (DeviceSettings each : settings) {
            Duration silentAfter = each.silentAfter();
            if (each.isOne() && silentAfter != null && silentAfter.isPositive()) {
                of(each.name(), each.name());
            }
        }
    }

    /** Goes by other entries from now on; the devices for which that changes something, as they were. */
    Set<Device> replace(List<DeviceSettings> others) {
        settings = others;
        long now = gateway.ticker().nanos();
        Set<Device> changed = new HashSet<>();
        for (Device device : List.copyOf(byKey.values())) {
            DeviceSettings found = settingsOf(device.who());
            if (found.equals(device.settings())) {
                device.confirm(found);
                continue;
            }
            changed.add(device);
            forget(device);
            String name = found.isOne() ? found.name() : device.name();
            String key = (hasUsers && found.isOne() ? USER : CLIENT) + name;
            // A user that was one device is as many as it has clients now, who are not known yet.
            boolean isKnown = found.isOne() || device.key().equals(key);
            if (isKnown) {
                byKey.putIfAbsent(key, device.under(key, name, found, now));
            }
        }
        expectListed();
        LOG.info("source={} {} entries below devices, {} devices under another one than before",
                source, others.size(), changed.size());
        return changed;
    }

    /**
     * The device behind a connection.
     *
     * @param user who logged in; empty where there are no users
     */
    Device of(String user, String client) {
        String who = hasUsers ? user : client;
        DeviceSettings found = settingsOf(who);
        String name = found.isOne() ? found.name() : client;
        String key = (hasUsers && found.isOne() ? USER : CLIENT) + name;
        Device known = byKey.get(key);
        if (known != null && known.settings() == found) {
            return known;
        }
        long now = gateway.ticker().nanos();
        Device device = new Device(key, name, who, found, now, new Habit(0));
        if (byKey.size() >= DEVICES_MAX) {
            byKey.values().stream().filter(one -> one.isForgettable(now)).findAny().ifPresent(this::forget);
        }
        if (byKey.size() < DEVICES_MAX) {
            byKey.put(key, device);
        }
        return device;
    }

    /** The first entry that fits. */
    DeviceSettings settingsOf(String who) {
        return settings.stream().filter(one -> one.fits(who)).findFirst().orElse(DeviceSettings.ANY);
    }

    /** Judges all; once a second. */
    void look() {
        long now = gateway.ticker().nanos();
        restored.forEach(device -> tell(device, Trouble.SILENT, true));
        restored.clear();
        int alarmed = (int) byKey.values().stream().filter(one -> one.told().contains(Trouble.SILENT)).count();
        int crowd = 0;
        int floods = 0;
        List<Device> gone = new ArrayList<>();
        for (Device device : byKey.values()) {
            for (Trouble trouble : Trouble.values()) {
                boolean is = device.is(trouble, now);
                boolean isTold = device.told().contains(trouble);
                if (trouble == Trouble.SILENT && is && !isTold && alarmed >= ALARMS_MAX) {
                    crowd++;
                } else if (is != isTold) {
                    tell(device, trouble, is);
                    alarmed += trouble == Trouble.SILENT ? is ? 1 : -1 : 0;
                }
            }
            floods += device.told().contains(Trouble.FLOODS) ? 1 : 0;
            if (device.isForgettable(now) && device.heardAt() + FORGOTTEN_AFTER.toNanos() < now) {
                gone.add(device);
            } else if (device.isChanged()) {
                keep(device);
            }
        }
        gone.forEach(this::forget);
        tellCrowd(crowd);
        show(now, alarmed + crowd, floods);
    }

    /** The devices for the page, those in trouble first; asked from any thread. */
    List<DeviceStatus> shown() {
        return shown;
    }

    /** Such as {@code , 2 silent}; empty when all is well. Asked from any thread. */
    String summary() {
        return summary;
    }

    private void restore(String key, byte[] bytes, long now) {
        boolean isUser = key.startsWith(USER);
        if (!isUser && !key.startsWith(CLIENT)) {
            return;
        }
        String name = key.substring(isUser ? USER.length() : CLIENT.length());
        Device device = Device.ofBytes(key, name, this::settingsOf, now, bytes);
        if (device != null && byKey.size() < DEVICES_MAX) {
            byKey.put(key, device);
            if (device.told().contains(Trouble.SILENT)) {
                restored.add(device);
            }
        }
    }

    private void tell(Device device, Trouble trouble, boolean isOn) {
        if (!offer(words.of(device, trouble, isOn, gateway.ticker().nanos()))) {
            // The inbox is full: the next look says it again.
            return;
        }
        LOG.info("source={} device={} {} {}", source, device.name(), trouble, isOn ? "begins" : "is over");
        if (isOn) {
            device.told().add(trouble);
        } else {
            device.told().remove(trouble);
        }
    }

    private void tellCrowd(int silent) {
        if ((silent > 0) != isCrowdTold && offer(words.crowd(silent))) {
            isCrowdTold = silent > 0;
        }
    }

    private void keep(Device device) {
        offer(new Delivery.Keep(source, List.of(new Delivery.Note(device.key(), device.toBytes())), Receipt.NONE));
    }

    private void forget(Device device) {
        for (Trouble trouble : Trouble.values()) {
            if (device.told().contains(trouble)) {
                tell(device, trouble, false);
            }
        }
        byKey.remove(device.key(), device);
        if (!device.isKept()) {
            return;
        }
        offer(new Delivery.Keep(source, List.of(new Delivery.Note(device.key(), new byte[0])), Receipt.NONE));
    }

    private boolean offer(Delivery delivery) {
        Inbox inbox = gateway.inbox();
        return inbox.offer(delivery);
    }

    private void show(long now, int silent, int floods) {
        shown = byKey.values().stream()
                .sorted(Comparator.comparing((Device one) -> one.told().isEmpty())
                        .thenComparing(Device::heardAt, Comparator.reverseOrder()))
                .limit(SHOWN_MAX).map(one -> status(one, now)).toList();
        summary = (silent == 0 ? "" : ", " + silent + " silent") + (floods == 0 ? "" : ", " + floods + " held back");
    }

    private DeviceStatus status(Device device, long now) {
        return new DeviceStatus(device.name(), device.settings().isOne() ? device.settings().title() : null,
                device.connections(), device.absence() == Device.Absence.GOODBYE,
                device.isHeard() ? gateway.clock().instant().minusNanos(now - device.heardAt()) : null,
                seconds(device.expected()), seconds(device.silentAfter()), device.is(Trouble.SILENT, now),
                device.told().contains(Trouble.FLOODS), device.told().contains(Trouble.DENIED));
    }

    private static @Nullable Long seconds(long nanos) {
        return nanos == 0 ? null : Math.max(1, nanos / 1_000_000_000L);
    }
}
