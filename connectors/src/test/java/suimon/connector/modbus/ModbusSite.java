package suimon.connector.modbus;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import suimon.connector.modbus.ModbusSettings.Order;
import suimon.connector.modbus.ModbusSettings.Parity;
import suimon.connector.modbus.ModbusSettings.RegisterSettings;
import suimon.connector.modbus.ModbusSettings.Table;
import suimon.connector.modbus.ModbusSettings.Type;
import suimon.connector.modbus.ModbusSettings.UnitSettings;
import suimon.pipeline.Delivery;
import suimon.pipeline.Inbox;
import suimon.pipeline.SourceContext;
import suimon.reading.Value;

/** A source and an inbox that commits at once. */
final class ModbusSite implements Inbox, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final List<Delivery.Sample> samples = new ArrayList<>();
    private final List<Delivery.Lost> gaps = new ArrayList<>();
    private @Nullable ModbusSource source;

    ModbusSite(Path folder) {
        this.folder = folder;
    }

    static ModbusSettings settings(String endpoint, UnitSettings... units) {
        return settings(endpoint, Duration.ofMillis(300), units);
    }

    static ModbusSettings settings(String endpoint, Duration timeout, UnitSettings... units) {
        return new ModbusSettings("plant", URI.create(endpoint), 19_200, Parity.NONE, 1,
                timeout, 1, Duration.ZERO, 125, 8, List.of(units));
    }

    static UnitSettings unit(int unit, RegisterSettings... registers) {
        return new UnitSettings(unit, Duration.ofMillis(20), List.of(registers));
    }

    static RegisterSettings uint16(String series, int address) {
        return new RegisterSettings(series, Table.HOLDING, address, Type.UINT16);
    }

    static RegisterSettings scaled(String series, int address, double scale, double offset, Double... missing) {
        return new RegisterSettings(series, Table.HOLDING, address, Type.INT16, null, null, Order.ABCD,
                scale, offset, List.of(missing));
    }

    ModbusSource start(ModbusSettings settings) {
        ModbusSource fresh = new ModbusSource(settings, new SourceContext(this, any -> java.util.Map.of(),
                series -> Long.MIN_VALUE, folder, java.time.Clock.systemUTC(), System::nanoTime, "test-site"));
        source = fresh;
        fresh.start();
        return fresh;
    }

    @Override
    public boolean offer(Delivery delivery) {
        synchronized (this) {
            if (delivery instanceof Delivery.Samples found) {
                samples.addAll(found.samples());
            } else if (delivery instanceof Delivery.Lost lost) {
                gaps.add(lost);
            }
        }
        delivery.receipt().stored();
        return true;
    }

    @Override
    public void put(Delivery delivery) {
        offer(delivery);
    }

    @Override
    public void refused(String name, long messages) {
        throw new IllegalStateException("a polled source never refuses");
    }

    synchronized int count(String series) {
        return (int) samples.stream().filter(one -> one.series().equals(series)).count();
    }

    synchronized Delivery.@Nullable Sample last(String series) {
        return samples.reversed().stream().filter(one -> one.series().equals(series)).findFirst().orElse(null);
    }

    synchronized List<Delivery.Lost> gaps() {
        return List.copyOf(gaps);
    }

    Value value(String series) throws InterruptedException {
        await("a value of " + series, () -> last(series) != null);
        Delivery.Sample found = last(series);
        return found == null ? new Value.None() : found.value();
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                ModbusSource running = source;
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what + "; "
                        + (running == null ? "no source" : running.progress()) + "; gaps " + gaps());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        ModbusSource running = source;
        if (running != null) {
            running.close();
        }
    }
}
