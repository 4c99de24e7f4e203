package suimon.connector.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.TokenBucket;

/**
 * One device as the listener knows it beyond its connections: how often it speaks, whether it sends
 * too much, how it left. A listed entry without * is one device whatever its client ids; otherwise
 * each client id is one. Used on the event loop only.
 */
final class Device {
    /** How the last connection ended. */
    enum Absence {
        /** It never came since the gateway started. */
        NEVER,
        /** It is connected. */
        NONE,
        /** DISCONNECT came. */
        GOODBYE,
        /** The connection broke off, or was ended by the gateway. */
        BROKEN
    }

    /** What is wrong with a device; each is an alarm of its own. */
    enum Trouble {
        SILENT,
        FLOODS,
        DENIED
    }

    private static final int FORM = 1;
    /** After so many goodbyes a device is one that comes and goes, such as a logger on a battery. */
    private static final int GOODBYES_MIN = 3;

    private final String key;
    private final String name;
    private final String who;
    private DeviceSettings settings;
    private final @Nullable TokenBucket bucket;
    private final Habit habit;
    private final java.util.EnumSet<Trouble> told = java.util.EnumSet.noneOf(Trouble.class);
    private Absence absence = Absence.NEVER;
    private int connections;
    private int goodbyes;
    private boolean isExpected = true;
    private boolean isHeard;
    private long heardAt;
    private long keptExpected;
    private boolean isKept;
    private long overranSince;
    private long overranAt;
    private boolean hasOverrun;
    private boolean isDenied;
    private long deniedAt;
    private String deniedTopic = "";

    /**
     * @param key as in the store, see {@link Devices}
     * @param name the user or client id it is known by
     * @param who the name that was looked for among the settings
     */
    Device(String key, String name, String who, DeviceSettings settings, long nowNanos, Habit habit) {
        this.key = key;
        this.name = name;
        this.who = who;
        this.settings = settings;
        this.habit = habit;
        Integer rate = settings.messagesPerSecond();
        bucket = rate == null ? null : new TokenBucket(rate, settings.burstOf(rate), nowNanos);
        heardAt = nowNanos;
    }

    String key() {
        return key;
    }

    String name() {
        return name;
    }

    /** The name that was looked for among the settings. */
    String who() {
        return who;
    }

    /** An equal entry took the place of its own. */
    void confirm(DeviceSettings same) {
        settings = same;
    }

    /** The same device under another entry: what was learned of it stays, its connections begin anew. */
    Device under(String otherKey, String otherName, DeviceSettings other, long now) {
        Device next = new Device(otherKey, otherName, who, other, now, habit);
        next.absence = absence == Absence.NONE ? Absence.BROKEN : absence;
        next.goodbyes = goodbyes;
        next.isExpected = isExpected || other.isOne();
        next.isHeard = isHeard;
        next.heardAt = heardAt;
        return next;
    }

    DeviceSettings settings() {
        return settings;
    }

    @Nullable TokenBucket bucket() {
        return bucket;
    }

    Absence absence() {
        return absence;
    }

    int connections() {
        return connections;
    }

    /** What of it the operator has been told. */
    java.util.EnumSet<Trouble> told() {
        return told;
    }

    /** A message came, whether or not it was taken. */
    void heard(long now) {
        isHeard = true;
        isExpected = true;
        heardAt = now;
        habit.heard(now);
    }

    /** Since when nothing came; since the start when nothing ever did. */
    long heardAt() {
        return heardAt;
    }

    /** Whether a message came since the start. */
    boolean isHeard() {
        return isHeard;
    }

    /** Whether the store has something of it. */
    boolean isKept() {
        return isKept;
    }

    void entered() {
        connections++;
        absence = Absence.NONE;
    }

    void left(boolean isGoodbye) {
        connections--;
        if (connections > 0) {
            return;
        }
        absence = isGoodbye ? Absence.GOODBYE : Absence.BROKEN;
        if (isGoodbye) {
            goodbyes++;
            // Whoever takes away a device that nobody listed has not lost it.
            isExpected = settings.isOne() || goodbyes >= GOODBYES_MIN;
        }
    }

    /** It sent more than it may. */
    void overran(long now) {
        if (!hasOverrun || now - overranAt > Devices.CALM_AFTER.toNanos()) {
            overranSince = now;
        }
        hasOverrun = true;
        overranAt = now;
    }

    /** It published where it may not. */
    void denied(String topic, long now) {
        isDenied = true;
        deniedAt = now;
        deniedTopic = topic;
    }

    String deniedTopic() {
        return deniedTopic;
    }

    /** After how long without a message it is silent, nanoseconds; 0 when that is not known, or never. */
    long silentAfter() {
        Duration set = settings.silentAfter();
        if (!isExpected) {
            return 0;
        }
        if (set != null) {
            return set.toNanos();
        }
        return habit.expected() == 0 ? 0 : habit.silence();
    }

    /** The learned pause between messages, nanoseconds; 0 while nothing is learned. */
    long expected() {
        return habit.expected();
    }

    boolean is(Trouble trouble, long now) {
        return switch (trouble) {
            case SILENT -> silentAfter() > 0
                    && (now - heardAt > silentAfter() || !isHeard && told.contains(Trouble.SILENT));
            case FLOODS -> hasOverrun && floods(now);
            case DENIED -> isDenied && now - deniedAt <= Devices.DENIED_FOR.toNanos();
        };
    }

    private boolean floods(long now) {
        boolean isCalm = now - overranAt > Devices.CALM_AFTER.toNanos();
        boolean isLong = overranAt - overranSince >= Devices.FLOODS_AFTER.toNanos();
        return !isCalm && (isLong || told.contains(Trouble.FLOODS));
    }

    /** Nobody would miss it: the first to go when there are too many. */
    boolean isForgettable(long now) {
        boolean isLong = now - heardAt > Devices.FORGOTTEN_AFTER.toNanos();
        return connections == 0 && !settings.isOne() && (isLong || silentAfter() == 0 && told.isEmpty());
    }

    /** Whether what is kept of it is no longer true. */
    boolean isChanged() {
        long expected = settings.silentAfter() == null ? habit.expected() : 0;
        boolean isOther = Math.abs(expected - keptExpected) > keptExpected / 4;
        return isOther || isKept != (expected > 0 || !told.isEmpty());
    }

    /** What to keep; empty when nothing is worth it. */
    byte[] toBytes() {
        keptExpected = settings.silentAfter() == null ? habit.expected() : 0;
        isKept = keptExpected > 0 || !told.isEmpty();
        if (!isKept) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.writeUTF(who);
            out.writeLong(keptExpected);
            out.writeByte(goodbyes >= GOODBYES_MIN ? 1 : 0);
            out.writeByte(told.stream().mapToInt(trouble -> 1 << trouble.ordinal()).sum());
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array can't fail", e);
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #toBytes} wrote; null for another form. */
    static @Nullable Device ofBytes(
            String key, String name, java.util.function.Function<String, DeviceSettings> settings, long now,
            byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != FORM) {
                return null;
            }
            String who = in.readUTF();
            long expected = in.readLong();
            Device device = new Device(key, name, who, settings.apply(who), now, new Habit(expected));
            device.goodbyes = in.readByte() == 1 ? GOODBYES_MIN : 0;
            int flags = in.readByte();
            for (Trouble trouble : Trouble.values()) {
                if ((flags >> trouble.ordinal() & 1) != 0) {
                    device.told.add(trouble);
                }
            }
            device.keptExpected = expected;
            device.isKept = true;
            return device;
        } catch (IOException e) {
            return null;
        }
    }
}
