package suimon.connector.modbus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;

/**
 * Looks which units answer and which addresses they have, gently: one small request at a time with a pause
 * after each, and no more than {@link #REQUESTS_MAX} to a table of a unit. It reads only.
 */
final class Survey {
    /** A table of a unit is asked for so often; what is beyond is not found. */
    static final int REQUESTS_MAX = 300;

    /** Registers or bits of one request. */
    private static final int STEP = 16;
    /** Where makers like to begin beside 0; looked at with one request each. */
    private static final int[] STARTS = {100, 200, 256, 300, 400, 500, 512, 1000, 1024, 2000, 2048, 3000, 4000, 4096,
        5000, 6000, 7000, 8000, 8192, 9000, 10_000, 20_000, 30_000, 30_001, 40_000, 40_001, 50_000};

    private final Bus bus;
    private final long pauseNanos;
    private int left;

    Survey(Bus bus, long pauseNanos) {
        this.bus = bus;
        this.pauseNanos = pauseNanos;
    }

    /** Whether there is one: a refusal is an answer, too. */
    boolean answers(int unit) throws InterruptedException, BusFailure {
        for (Table table : List.of(Table.HOLDING, Table.INPUT)) {
            try {
                read(unit, table, 0, 1);
                return true;
            } catch (BusFailure failure) {
                switch (failure.kind()) {
                    case REFUSED -> {
                        return true;
                    }
                    case BROKEN -> throw failure;
                    // A gateway that says that the unit does not answer, or nobody at all.
                    case BUSY, SILENT -> { }
                }
            }
        }
        return false;
    }

    /** What the addresses from 0 on, and some others, hold; a bit is 0 or 1. */
    Map<Integer, Integer> contents(int unit, Table table, int end) throws InterruptedException, BusFailure {
        Map<Integer, Integer> found = new TreeMap<>();
        left = REQUESTS_MAX;
        for (int at = 0; at < end; at += STEP) {
            if (!look(unit, table, at, Math.min(STEP, end - at), found)) {
                return found;
            }
        }
        for (int start : STARTS) {
            if (start >= end && !look(unit, table, start, STEP, found)) {
                return found;
            }
        }
        return found;
    }

    /** False when there is no such table, or the unit has been asked enough. */
    private boolean look(int unit, Table table, int address, int count, Map<Integer, Integer> found)
            throws InterruptedException, BusFailure {
        if (left-- <= 0) {
            return false;
        }
        try {
            take(table, address, count, read(unit, table, address, count), found);
            return true;
        } catch (BusFailure failure) {
            if (failure.kind() == BusFailure.Kind.BROKEN) {
                throw failure;
            }
            boolean isRefused = failure.kind() == BusFailure.Kind.REFUSED;
            if (!isRefused || !failure.mayBeSplit()) {
                return isRefused && !failure.text().contains("exception 1,");
            }
            // The whole is refused where only a part is missing; from the outside in, that is found soon.
            return count == 1 || look(unit, table, address, count / 2, found)
                    && look(unit, table, address + count / 2, count - count / 2, found);
        }
    }

    private byte[] read(int unit, Table table, int address, int count) throws InterruptedException, BusFailure {
        List<Point> points = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            points.add(new Point(new RegisterSettings("r" + index, table, address + index,
                    table.hasBits() ? Type.BIT : Type.UINT16), Long.MIN_VALUE));
        }
        try {
            return bus.read(unit, Block.of(points, STEP, 0).getFirst());
        } finally {
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private static void take(Table table, int address, int count, byte[] answer, Map<Integer, Integer> found) {
        for (int index = 0; index < count; index++) {
            found.put(address + index, table.hasBits()
                    ? answer[index / 8] >> (index % 8) & 1
                    : (answer[2 * index] & 0xff) << 8 | answer[2 * index + 1] & 0xff);
        }
    }
}
