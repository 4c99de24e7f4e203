package suimon.connector.modbus;

import org.jspecify.annotations.Nullable;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;

/** One configured value while the source runs; of the polling thread. */
final class Point {
    final RegisterSettings settings;

    /** When it was read last, nanoseconds since 1970; Long.MIN_VALUE for never. */
    long readNanos;

    /** Why values are missing before the next one; null while none is. */
    @Nullable String broken;

    Point(RegisterSettings settings, long readNanos) {
        this.settings = settings;
        this.readNanos = readNanos;
    }

    /** Remembers the first reason only: it is where the gap begins. */
    void breakOff(String reason) {
        if (broken == null) {
            broken = reason;
        }
    }
}
